/**
 * Looks that several runs share are never older than what each of them was asked for: who needs a newer one than the last waits for
 * what is under way, and shares the next one with all who wait.
 */
export interface Turns {
  /**
   * @param notBefore from when on a look is new enough
   * @param ask what begins now, or once what is under way by that key has ended
   */
  since<T>(key: string, notBefore: number, ask: () => Promise<T>): Promise<T>;
}

interface Turn {
  begunAt: number;
  answer: Promise<unknown>;
  next?: Promise<unknown>;
}

/** @param now by a clock that never jumps */
export function createTurns(now: () => number): Turns {
  const turns = new Map<string, Turn>();
  const begin = <T>(key: string, ask: () => Promise<T>): Promise<T> => {
    const begunAt = now();
    const answer = ask();
    const turn = { begunAt, answer };
    turns.set(key, turn);
    // Who comes later tries for himself.
    answer.catch(() => turns.get(key) === turn && turns.delete(key));
    return answer;
  };
  return {
    since<T>(key: string, notBefore: number, ask: () => Promise<T>) {
      const turn = turns.get(key);
      if (!turn) return begin(key, ask);
      if (turn.begunAt >= notBefore) return turn.answer as Promise<T>;
      const go = () => begin(key, ask);
      turn.next ??= turn.answer.then(go, go);
      return turn.next as Promise<T>;
    },
  };
}

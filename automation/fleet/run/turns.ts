/**
 * Looks that several runs share are never older than any of the runs: who asks while one is under way waits for the next one, and
 * shares that with all who wait.
 */
export interface Turns {
  /** @param ask what begins now, or once what is under way by that key has ended */
  fresh<T>(key: string, ask: () => Promise<T>): Promise<T>;
}

interface Turn {
  running: Promise<unknown>;
  next?: Promise<unknown>;
}

export function createTurns(): Turns {
  const turns = new Map<string, Turn>();
  const begin = <T>(key: string, ask: () => Promise<T>): Promise<T> => {
    const running = ask();
    const turn: Turn = { running };
    turns.set(key, turn);
    const end = () => {
      if (turns.get(key) === turn && !turn.next) turns.delete(key);
    };
    running.then(end, end);
    return running;
  };
  return {
    fresh<T>(key: string, ask: () => Promise<T>) {
      const turn = turns.get(key);
      if (!turn) return begin(key, ask);
      const go = () => begin(key, ask);
      turn.next ??= turn.running.then(go, go);
      return turn.next as Promise<T>;
    },
  };
}

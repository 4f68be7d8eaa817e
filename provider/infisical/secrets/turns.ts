/**
 * One look of now for many. Whoever asks while others are being answered waits until they are, and shares the next look with all
 * who wait: it begins after each of them has asked, so that it is as good as one of their own.
 */

/** Fewer look by themselves: the look for many takes up to three lists, of more than is asked for. */
const FEWEST = 3;

interface Ask<T> {
  subject: string;
  alone: () => Promise<T>;
  resolve: (answer: Promise<T>) => void;
}

/** A look that has begun. */
interface Turn<T> {
  /** Undefined of a subject that it cannot tell of. */
  tell(subject: string): Promise<T | undefined>;
  /** Whether there are to be more of them, by how many subjects it has told of. */
  isWorth(told: number): boolean;
}

/**
 * @param begin a look of now
 * @param others resolves when what else is under way is answered: those who wait for that may want to share a look, too
 */
export function createTurns<T>(
  begin: () => Turn<T>,
  others?: () => Promise<void>,
): (subject: string, alone: () => Promise<T>) => Promise<T> {
  let waiting: Ask<T>[] = [];
  let isBusy = false;
  let isOver = false;

  async function play(): Promise<void> {
    isBusy = true;
    while (waiting.length > 0) {
      if (others) await others();
      const turn = waiting;
      waiting = [];
      const look = turn.length >= FEWEST && !isOver ? begin() : undefined;
      let told = 0;
      const answerTo = async ({ subject, alone }: Ask<T>) => {
        const seen = await look?.tell(subject);
        if (seen === undefined) return alone();
        told++;
        return seen;
      };
      const answers = turn.map((ask) => {
        const answer = answerTo(ask);
        ask.resolve(answer);
        return answer;
      });
      await Promise.allSettled(answers);
      if (look && !look.isWorth(told)) isOver = true;
    }
    isBusy = false;
  }

  return (subject, alone) =>
    isOver
      ? alone()
      : new Promise((resolve) => {
          waiting.push({ subject, alone, resolve });
          if (!isBusy) void play();
        });
}

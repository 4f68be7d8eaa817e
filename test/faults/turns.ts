/** Puts the requests of two deployments into an order: each waits until it is its turn. */
export type Who = "first" | "second";

export interface Turns {
  /** Acts when it is this one's turn; one request at a time. */
  take<T>(who: Who, act: () => Promise<T>): Promise<T>;
  /** This one has no requests any more: its turns fall away. */
  end(who: Who): void;
}

/** What comes after the named turns goes as it comes. */
export function createTurns(order: readonly Who[]): Turns {
  let open = [...order];
  let isBusy = false;
  let moved = Promise.withResolvers<void>();
  const move = () => {
    moved.resolve();
    moved = Promise.withResolvers();
  };
  const isFree = (who: Who) => !isBusy && (open.length === 0 || open[0] === who);

  return {
    async take(who, act) {
      while (!isFree(who)) await moved.promise;
      isBusy = true;
      try {
        return await act();
      } finally {
        isBusy = false;
        open.shift();
        move();
      }
    },
    end(who) {
      open = open.filter((one) => one !== who);
      move();
    },
  };
}

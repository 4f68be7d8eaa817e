/** What happens in the middle of a run. */
import { setTimeout as delay } from "node:timers/promises";
import { type Arena, tell, type WorkerProcess } from "./arena.ts";

export interface Told {
  /** What fails, for the table. */
  what: string;
  /** At which moment. */
  when: string;
}

export interface Story extends Told {
  /**
   * Arranges it before the run begins.
   *
   * @param hit to be called when it has happened, or is over
   * @param again asks for the run once more
   * @returns what is to be done in the end, when the work has gone on
   */
  arrange(
    arena: Arena,
    hit: () => void,
    again: () => Promise<void>,
  ): undefined | (() => Promise<void>) | Promise<undefined | (() => Promise<void>)>;
  /** What the run has put down is lost with the database's last second: what it had created counts as found there. */
  isForgotten?: boolean;
  /** One of a row that ends where it does not happen any more. */
  isOfRow?: boolean;
}

/** Of the run that is disturbed: a folder, what is new and changed in two folders, deletions. */
const WRITES = 4;
/** More statements than such a run has. */
const STATEMENTS = 60;

/** What writes; a try whether something could be deleted does not. */
export const isWrite = ({ method, path }: { method: string; path: string }): boolean =>
  method !== "GET" && /^\/api\/v\d\/(secrets|folders)/.test(path) && !path.includes("_PROBE_");

/** Does something when the n-th write request of a run arrives. @param slowMs what every write takes longer */
function atWrite(
  { destination, workers }: Arena,
  nth: number,
  act: (victim: WorkerProcess) => void | Promise<void>,
  { isLost = false, slowMs = 0 } = {},
): void {
  const { server } = destination.side;
  const match = { path: /^\/api\/v\d\/(secrets|folders)/ };
  let seen = 0;
  for (let index = 1; index <= 200; index++)
    server.fault({
      ...match,
      kind: "run",
      nth: index,
      action: async () => {
        const request = server.requests.at(-1);
        if (!request || !isWrite(request)) return;
        const number = ++seen;
        const victim = workers.find(({ name }) => name === request.userAgent);
        if (number === nth && victim) await act(victim);
        // The instance then does not act, and tells nobody who is there.
        if (number === nth && isLost) throw new Error("lost");
        if (slowMs > 0) await delay(slowMs);
      },
    });
}

const killed = (nth: number, isLost: boolean): Story => ({
  what: "worker killed (kill -9)",
  when: `at write request ${nth}, ${isLost ? "which is lost" : "which the instance carries out"}`,
  arrange(arena, hit) {
    atWrite(
      arena,
      nth,
      (victim) => {
        victim.process.kill("SIGKILL");
        hit();
      },
      { isLost },
    );
    return undefined;
  },
});

const killedAtStatement = (nth: number): Story => ({
  what: "worker killed (kill -9)",
  when: `before statement ${nth} of the run`,
  isOfRow: true,
  async arrange({ workers }, hit) {
    const living = [...workers];
    for (const worker of living) {
      await tell(worker, { endAtStatement: nth });
      worker.process.once("exit", (_code, signal) => {
        if (signal !== "SIGKILL") return;
        hit();
        for (const other of living) if (other.process.connected) other.process.send({ endAtStatement: 0 });
      });
    }
    return undefined;
  },
});

const stopped: Story = {
  what: "worker stands still (SIGSTOP), and wakes when others have done its work",
  when: "at write request 2",
  arrange(arena, hit) {
    let victim: WorkerProcess | undefined;
    atWrite(arena, 2, (found) => {
      victim = found;
      found.process.kill("SIGSTOP");
      hit();
    });
    return async () => void victim?.process.kill("SIGCONT");
  },
};

const database = (how: "cut" | "freeze"): Story => ({
  what: `network of one worker to the database ${how === "cut" ? "cut" : "frozen"}, and back when others have done its work`,
  when: "at write request 1; each write takes 4 s, so that its lease runs out",
  arrange(arena, hit) {
    let victim: WorkerProcess | undefined;
    atWrite(
      arena,
      1,
      (found) => {
        victim = found;
        found.network[how]();
        hit();
      },
      { slowMs: 4000 },
    );
    return async () => victim?.network.mend();
  },
});

const instance = (side: "source" | "destination", how: "cut" | "freeze"): Story => ({
  what: `network of all workers to the ${side} ${how === "cut" ? "cut" : "frozen"} for 15 s`,
  when: side === "source" ? "when the run has begun to look" : "at write request 2",
  arrange(arena, hit) {
    const { network } = arena[side];
    const disturb = () => {
      network[how]();
      setTimeout(() => {
        network.mend();
        hit();
      }, 15_000);
    };
    if (side === "destination") atWrite(arena, 2, disturb);
    else arena.source.side.server.fault({ kind: "run", path: /secrets/, action: disturb });
    return undefined;
  },
});

const restarted: Story = {
  what: "database restarted",
  when: "at write request 2",
  arrange(arena, hit) {
    atWrite(arena, 2, async () => {
      await arena.postgres.stop();
      await arena.postgres.start();
      hit();
    });
    return undefined;
  },
};

const failedOver = (isCutOff: boolean): Story => ({
  what: `database failed over to a copy that lacks the last seconds, all of the run among them${isCutOff ? "; the network of its worker to it frozen, and back when others have done its work" : ""}`,
  when: "at write request 1; each write takes 4 s",
  isForgotten: true,
  async arrange(arena, hit, again) {
    let victim: WorkerProcess | undefined;
    const failOver = await arena.postgres.copy();
    atWrite(
      arena,
      1,
      async (found) => {
        victim = found;
        if (isCutOff) found.network.freeze();
        await failOver();
        hit();
        // As its schedule would, or whoever has asked for it: that is lost, too.
        await again();
      },
      { slowMs: 4000 },
    );
    return async () => victim?.network.mend();
  },
});

const jumps = (ms: number): Story => ({
  what: `clock of the worker jumps by an hour ${ms > 0 ? "ahead" : "back"}`,
  when: "at write request 1",
  arrange(arena, hit) {
    atWrite(
      arena,
      1,
      async (victim) => {
        await tell(victim, { jumpMs: ms });
        hit();
      },
      { slowMs: 500 },
    );
    return async () => {
      for (const worker of arena.workers) await tell(worker, { jumpMs: 0 });
    };
  },
});

const ended: Story = {
  what: "worker asked to end (SIGTERM)",
  when: "at write request 1",
  arrange(arena, hit) {
    atWrite(
      arena,
      1,
      async (victim) => {
        await tell(victim, { stop: true });
        hit();
      },
      { slowMs: 500 },
    );
    return undefined;
  },
};

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

export const STORIES: readonly Story[] = [
  ...upTo(WRITES).flatMap((nth) => [killed(nth, false), killed(nth, true)]),
  stopped,
  database("freeze"),
  database("cut"),
  instance("source", "freeze"),
  instance("source", "cut"),
  instance("destination", "freeze"),
  instance("destination", "cut"),
  restarted,
  failedOver(true),
  failedOver(false),
  jumps(3_600_000),
  jumps(-3_600_000),
  ended,
  ...upTo(STATEMENTS).map(killedAtStatement),
];

/**
 * A folder of the embedded database is one process's: a second one would lose what the first has written, without a word.
 * SQLite comes with Node and takes the system's own lock on a file: it ends with the process however that ends, holds
 * between containers that share the folder, and nobody has to judge by an age or a process id whether it is stale.
 */
import { join } from "node:path";
import { EngineError } from "../../engines/engine.ts";

/** SQLite's code for a lock that somebody else has. */
const BUSY = 5;

/** @throws EngineError `locked` where another process has the folder */
export async function lockFolder(folder: string): Promise<Disposable> {
  const { DatabaseSync } = await import("node:sqlite");
  const file = new DatabaseSync(join(folder, "fleet.lock"));
  try {
    file.exec("begin exclusive");
  } catch (cause) {
    file.close();
    if ((cause as { errcode?: unknown }).errcode !== BUSY) throw cause;
    throw new EngineError("locked", `Another process has the fleet's database in ${folder}.`, {
      hint: "The embedded database is of one process alone; for several workers give --database with a PostgreSQL.",
      cause,
    });
  }
  return { [Symbol.dispose]: () => file.close() };
}

/** Reaches a fleet: its database from here, or the process that has it. */

import type { Fleet } from "../../fleet/acts/act.ts";
import { type ActName, type ContentOf, type InputOf, perform } from "../../fleet/acts/index.ts";
import { makeReady } from "../../fleet/database/migrate.ts";
import { type DatabaseOptions, defaultDataDir, openDatabase } from "../../fleet/database/open.ts";
import { openQueue } from "../../fleet/queue/queue.ts";
import { callAct } from "../../fleet/socket/call.ts";
import { socketOf } from "../../fleet/socket/path.ts";
import type { Environment } from "../../stack/open-stack.ts";
import type { Session } from "../../terminal/session.ts";
import type { FleetOptions } from "./options.ts";

const DATABASE = "EXTERNAL_INFISICAL_FLEET_DATABASE";

type Given = Pick<FleetOptions, "database" | "dataDir">;

/** Which database is meant; a password in its URL is told to nobody. */
export function meant({ database, dataDir }: Given, environment: Environment, session: Session) {
  const url = database ?? (environment[DATABASE] || undefined);
  const password = url === undefined ? undefined : URL.parse(url)?.password;
  if (password) session.redactor.add(decoded(password));
  return { database: url, dataDir: dataDir ?? defaultDataDir(environment) };
}

/** A `%` that begins no code stands for itself. */
function decoded(password: string): string {
  try {
    return decodeURIComponent(password);
  } catch {
    return password;
  }
}

/** Does one act on the fleet that the options mean. @throws EngineError */
export async function performOn<Name extends ActName>(
  { options, environment, session }: { options: Given; environment: Environment; session: Session },
  name: Name,
  input: InputOf<Name>,
): Promise<ContentOf<Name>> {
  const { database, dataDir } = meant(options, environment, session);
  const answered = database === undefined ? await callAct(socketOf(dataDir), name, input) : undefined;
  if (answered !== undefined) return answered;
  await using fleet = await openFleet({ database, dataDir, mayMake: MAKE.has(name) }, environment);
  return await perform(fleet, name, input);
}

/** A fleet may begin with these; what looks or decides elsewhere has the wrong folder. */
const MAKE: ReadonlySet<ActName> = new Set(["plan", "apply", "adopt"]);

async function openFleet(given: DatabaseOptions, environment: Environment): Promise<Fleet & AsyncDisposable> {
  const database = await openDatabase(given, environment);
  try {
    await makeReady(database);
    const queue = await openQueue(database);
    return {
      ...{ database, queue, environment },
      async [Symbol.asyncDispose]() {
        await queue[Symbol.asyncDispose]();
        await database[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await database[Symbol.asyncDispose]();
    throw error;
  }
}

/** What has become of the resources that a syncs.yaml's program declares. */
import type { Resource } from "@pulumi/pulumi";

export interface Registrations {
  /** Declares a sync when all that it needs is there, and resolves when the engine has done with it. */
  add(
    name: string,
    dependsOn: readonly string[],
    connection: { name: string; resource: Resource },
    declare: (before: Resource[]) => Resource,
  ): Promise<void>;
  /** @throws if anything failed: a program that left something out must not end well, or that would be deleted */
  end(): Promise<void>;
}

/**
 * An engine that is to continue on errors answers that a resource has failed, and the program goes on with those that
 * do not depend on it. One that stops is away, and so the program stops.
 *
 * @param isWhole all that is declared is made: what is not known has failed
 */
export function createRegistrations(isWhole: boolean): Registrations {
  const syncs = new Map<string, Promise<Resource | undefined>>();
  const failed: string[] = [];

  const isThere = async (name: string, resource: Resource): Promise<boolean> => {
    try {
      if ((await isAnswered(resource)) || !isWhole) return true;
    } catch (error) {
      if (isAway(error)) throw error;
    }
    if (!failed.includes(name)) failed.push(name);
    return false;
  };
  const register = async (
    ...[name, dependsOn, connection, declare]: Parameters<Registrations["add"]>
  ): Promise<Resource | undefined> => {
    const before = await Promise.all(dependsOn.map((other) => syncs.get(other)));
    const there = before.filter((resource) => resource !== undefined);
    const missing = dependsOn.find((_, index) => before[index] === undefined);
    if (missing !== undefined) return void (await tellNotTried(name, missing));
    if (!(await isThere(connection.name, connection.resource)))
      return void (await tellNotTried(name, connection.name));
    const resource = declare(there);
    return (await isThere(name, resource)) ? resource : undefined;
  };
  return {
    async add(name, ...rest) {
      const registration = register(name, ...rest);
      syncs.set(name, registration);
      await registration;
    },
    async end() {
      if (failed.length === 0) return;
      const { RunError } = await import("@pulumi/pulumi");
      throw new RunError(`Nothing is deleted, since not all could be done: ${failed.join(", ")} failed.`);
    },
  };
}

async function tellNotTried(name: string, needed: string): Promise<void> {
  const { log } = await import("@pulumi/pulumi");
  await log.warn(`The sync "${name}" was not tried: it depends on "${needed}".`);
}

/**
 * Whether the engine has made the resource. Of a failed one older SDKs tell as an error, and newer ones know nothing, not even
 * the name that was given. What it would have put out is asked by nobody: it is no error of its own.
 */
async function isAnswered(resource: Resource): Promise<boolean> {
  const outputs: unknown[] = Object.values(resource);
  for (const output of outputs.filter(isOutput)) {
    for (const promise of [output.promise(), output.isKnown, output.isSecret]) promise.catch(() => {});
  }
  const { urn, name } = resource as unknown as { urn: InnerOutput; name: InnerOutput };
  await urn.promise();
  return await name.isKnown;
}

/** What the SDK's outputs have for itself. */
interface InnerOutput {
  promise(): Promise<unknown>;
  isKnown: Promise<boolean>;
  isSecret: Promise<boolean>;
}
const isOutput = (value: unknown): value is InnerOutput =>
  typeof value === "object" && value !== null && "__pulumiOutput" in value;

/** The SDK's errors of a connection that is gone have a code. */
const isAway = (error: unknown): boolean => error instanceof Error && "code" in error;

/**
 * Which objects of the source instance the resources of this deployment stand for. One object has one resource. A sync that
 * is renamed without an alias, or that adopts what it replaces, is a new resource for an object that an old resource is then
 * to delete: it stays, since the program declares it.
 */
import { BridgeError } from "../errors.ts";

/** The instance has one object of a kind by a name in a project, or in its organization. */
export interface ObjectName {
  what: "Infisical Connection" | "Infisical Sync";
  name: unknown;
  projectId?: unknown;
}

export interface Holders {
  /**
   * A resource on record stands for the object, under this name from now on. It may yet be replaced.
   *
   * @throws BridgeError where another one has it under another name: both were recorded for it before, and each would
   * undo what the other does
   */
  find(id: string, as: ObjectName): void;
  /** That resource stays in its place. @throws BridgeError where a new one was to have its object */
  keep(id: string, as: ObjectName): void;
  /** A new resource has been made, or has taken the object over. */
  make(id: string, as: ObjectName): void;
  /** A new resource is to be made: what was found to stand under its name is what it replaces. */
  replace(as: ObjectName): void;
  /** The object is to be replaced, whatever was thought of it before. */
  makeRoom(id: string): void;
  /** True for an object that will be gone by the time that new resources are made. */
  isMakingRoom(id: string): boolean;
  /** A new resource meets an object that has its name. @throws BridgeError where another resource stands for that */
  meet(id: string, as: ObjectName): void;
  /** What a new resource has met. */
  metBy(as: ObjectName): string | undefined;
  isHeld(id: string): boolean;
}

interface Holder {
  name: string;
  stage: "found" | "kept" | "made";
}

export function createHolders(): Holders {
  const held = new Map<string, Holder>();
  const rooms = new Set<string>();
  const met = new Map<string, string>();
  const makeRoom = (id: string) => {
    held.delete(id);
    rooms.add(id);
  };
  const refuseMet = (id: string, as: ObjectName) => {
    if ([...met.values()].includes(id)) throw twice(as);
  };
  return {
    find(id, as) {
      refuseMet(id, as);
      const { name, stage } = held.get(id) ?? {};
      if (stage !== undefined && stage !== "made" && name !== keyOf(as)) throw recordedTwice(id, as);
      held.set(id, { name: keyOf(as), stage: "found" });
    },
    keep(id, as) {
      refuseMet(id, as);
      held.set(id, { name: keyOf(as), stage: "kept" });
    },
    make: (id, as) => void held.set(id, { name: keyOf(as), stage: "made" }),
    replace(as) {
      for (const [id, { name, stage }] of held) if (stage === "found" && name === keyOf(as)) makeRoom(id);
    },
    makeRoom,
    isMakingRoom: (id) => rooms.has(id),
    meet(id, as) {
      if (held.has(id)) throw twice(as);
      met.set(keyOf(as), id);
    },
    metBy: (as) => met.get(keyOf(as)),
    isHeld: (id) => held.has(id),
  };
}

const keyOf = ({ what, name, projectId }: ObjectName) => JSON.stringify([what, projectId, name]);

const recordedTwice = (id: string, { what, name }: ObjectName) =>
  new BridgeError(
    "already-exists",
    `The ${what} ${id} is on record for two resources, of which one is now to be called "${name}".`,
    {
      path: "name",
      hint: "An object of the instance has one resource: take the other one out of the program, and deploy. The object stays, since this one stands for it. Then declare what is to be new beside it.",
    },
  );

const twice = ({ what, name }: ObjectName) =>
  new BridgeError("already-exists", `Two resources of this deployment stand for the ${what} "${name}".`, {
    path: "name",
    hint: "An object of the instance has one resource: give one of the two another name. Where the one is the other under a new name in the program, say so: by an alias with Pulumi, by a moved block with Terraform.",
  });

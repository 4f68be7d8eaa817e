/** Equal worlds side by side: the product acts on theirs, our engine on ours. */
import { type SyncOptions, syncOptions } from "../../provider/schema.ts";
import { type Arena, openArena } from "./arena.ts";
import { type Copy, makeCopy, type SeededSides } from "./copy.ts";
import { createEngineActor, type EngineActor } from "./engine-actor.ts";
import { createNativeActor, type NativeActor } from "./native-actor.ts";

export interface Both {
  theirs: Copy;
  ours: Copy;
  native: NativeActor;
  engine: EngineActor;
}

export function enter(arena: Arena, seeded: SeededSides, options: SyncOptions): Both {
  const name = arena.nextName();
  const theirs = makeCopy(arena.native, name, seeded);
  const ours = makeCopy(arena.engine, name, seeded);
  return {
    theirs,
    ours,
    native: createNativeActor(arena, theirs, options),
    engine: createEngineActor(ours, options),
  };
}

/** For one test: a world in an arena of its own, with the options that the test is about. */
export async function startBoth(
  seeded: SeededSides,
  options: Partial<SyncOptions> = {},
): Promise<Both & AsyncDisposable & { arena: Arena; change(edit: (copy: Copy) => void): void }> {
  const arena = await openArena();
  const both = enter(
    arena,
    seeded,
    syncOptions.parse({ initialSyncBehavior: "overwrite-destination", ...options }),
  );
  return {
    ...both,
    arena,
    change(edit) {
      // What the engine's client has listed is told by ETags to be out of date.
      edit(both.theirs);
      edit(both.ours);
    },
    [Symbol.asyncDispose]: () => arena[Symbol.asyncDispose](),
  };
}

/** The rights that docs/permissions.md names are enough, and without any of them nothing is written. */
import { afterEach, expect, test, vi } from "vitest";
import { direct } from "../drivers/direct.ts";
import type { SyncArguments } from "../scenarios/scenario.ts";
import { startWorld, type Values, type World, type WorldOptions } from "../support/world.ts";

type Role = NonNullable<WorldOptions["sourceRole"]>;

interface Case {
  name: string;
  source: Role;
  destination: Role;
  args?: SyncArguments;
  given?: { source?: Values; destination?: Values; destinationFolder?: boolean };
  does: "preview" | "deploy";
}

const imports: SyncArguments = { syncOptions: { initialSyncBehavior: "import-prioritize-destination" } };
const keeps: SyncArguments = {
  syncOptions: { initialSyncBehavior: "overwrite-destination", disableSecretDeletion: true },
};
const both = { source: { A: "1", B: "2" }, destination: { B: "x", OLD: "y" } };

/** What each option needs at least. */
const enough: readonly Case[] = [
  { name: "a preview", source: "viewer", destination: "viewer", does: "preview", given: both },
  {
    name: "a preview of imports",
    source: "viewer",
    destination: "viewer",
    does: "preview",
    given: both,
    args: imports,
  },
  {
    name: "a deployment that overwrites and deletes",
    source: "viewer",
    destination: "member",
    does: "deploy",
    given: both,
  },
  {
    name: "a deployment that does not delete",
    source: "viewer",
    destination: "member",
    does: "deploy",
    given: both,
    args: keeps,
  },
  {
    name: "a deployment that makes its folder",
    source: "viewer",
    destination: "member",
    does: "deploy",
    given: { source: { A: "1" }, destinationFolder: false },
  },
  {
    name: "a deployment that imports",
    source: "member",
    destination: "member",
    does: "deploy",
    given: both,
    args: imports,
  },
  {
    name: "a deployment with nothing to write",
    source: "viewer",
    destination: "viewer",
    does: "deploy",
    given: { source: { A: "1" }, destination: { A: "1" } },
  },
];

/** One right less than needed: what the run says. */
const tooLittle: readonly (Case & { says: RegExp })[] = [
  {
    name: "source: values are hidden",
    source: "describe-only",
    destination: "member",
    does: "deploy",
    given: both,
    says: /source identity may list/,
  },
  {
    name: "source: no access",
    source: "no-access",
    destination: "member",
    does: "deploy",
    given: both,
    says: /lacks .*secrets|lacks a right|not a member|no project/i,
  },
  {
    name: "destination: values are hidden",
    source: "viewer",
    destination: "describe-only",
    does: "deploy",
    given: both,
    says: /identity may list/,
  },
  {
    name: "destination: no access",
    source: "viewer",
    destination: "no-access",
    does: "deploy",
    given: both,
    says: /lacks .*secrets|lacks a right/i,
  },
  {
    name: "destination: reads only",
    source: "viewer",
    destination: "viewer",
    does: "deploy",
    given: both,
    says: /lacks "(create|edit|delete)" on "secrets"/,
  },
  {
    name: "destination: reads only, and the folder is missing",
    source: "viewer",
    destination: "viewer",
    does: "deploy",
    given: { source: { A: "1" }, destinationFolder: false },
    says: /lacks "\w+" on "secret-folders"/,
  },
  {
    name: "source: reads only, and secrets are to be imported",
    source: "viewer",
    destination: "member",
    does: "deploy",
    given: both,
    args: imports,
    says: /lacks "(create|edit)" on "secrets"/,
  },
  {
    name: "preview without values at the source",
    source: "describe-only",
    destination: "viewer",
    does: "preview",
    given: both,
    says: /identity may list/,
  },
  {
    name: "preview without values at the destination",
    source: "viewer",
    destination: "describe-only",
    does: "preview",
    given: both,
    says: /identity may list/,
  },
];

afterEach(() => vi.restoreAllMocks());

const open = ({ source, destination, given = {} }: Case) => {
  vi.spyOn(console, "log").mockReturnValue();
  return startWorld({ ...given, sourceRole: source, destinationRole: destination });
};

const holds = (world: World) => ({ source: world.source.read(), destination: world.destination.read() });

test.each(enough)("enough for $name: $source, $destination", async (one) => {
  await using world = await open(one);
  await using stack = await direct.open(world);
  const before = holds(world);
  await stack[one.does](one.args ?? {});
  if (one.does === "preview") expect(holds(world)).toEqual(before);
  else
    for (const key of Object.keys(world.source.read())) expect(world.destination.read()).toHaveProperty(key);
});

test.each(tooLittle)("too little: $name", async (one) => {
  await using world = await open(one);
  await using stack = await direct.open(world);
  const before = holds(world);
  await expect(stack[one.does](one.args ?? {})).rejects.toThrow(one.says);
  expect(holds(world)).toEqual(before);
});

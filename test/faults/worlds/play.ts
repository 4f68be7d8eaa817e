/** Plays one world through real HTTP and says what does not hold. */
import type { ListedSecret } from "../../../provider/engine/store.ts";
import { locateInTree } from "../../../provider/engine/tree-key.ts";
import { PARTS, type Part } from "../../../provider/schema.ts";
import { direct } from "../../drivers/direct.ts";
import type { Stack } from "../../drivers/driver.ts";
import type { SyncArguments } from "../../scenarios/scenario.ts";
import type { Values } from "../../support/world.ts";
import { type Hurry, hurry, type SideName } from "../arena.ts";
import { type Fault, faults } from "../kinds.ts";
import { SIDES } from "../matrix.ts";
import { rememberedKeys, type Untruth, untruths } from "../state.ts";
import { untoldKeys } from "../traces.ts";
import { changedParts, give, NOTE, notCopied, uncopied } from "./beside.ts";
import { filterNamed, meansKey } from "./filters.ts";
import type { Country, Grounds } from "./place.ts";
import { type Edits, UNIQUE, type World, type WorldFault } from "./worlds.ts";

/** What happened in the worlds that were played. */
export type Tally = Map<string, number>;

/** A preview, a deployment, and all that they may repeat. */
const MOST_REQUESTS = 120;
const PATIENCE_MS = 50;
/** What a sync may refuse by itself, with what helps. */
const FOREIGN = /keys that this sync did not write/;
const UNSURE = /Refresh, then preview again|Preview again/;

type Contents = Record<SideName, Values>;

export async function play(country: Country, given: World, tally: Tally): Promise<string[]> {
  const clients = hurry();
  const unique = createUnique();
  const destination = given.destinationFolder ? unique(given.destination) : undefined;
  const grounds = await country.settle(unique(given.source), destination);
  for (const side of SIDES) give(grounds.world[side], given.isTree, given.beside[side]);
  await using stack = await direct.open(grounds.world, clients.makeClient);
  const game = createGame(grounds, stack, given, tally, clients);
  await game.noteByHand();
  for (const [at, step] of given.steps.entries()) {
    game.at = `step ${at}`;
    if (step.edits) await game.edit(step.edits, unique);
    if (step.isRefreshed) await game.refresh();
    await game.deploy(step.fault ?? undefined);
  }
  game.at = "end";
  await game.settle();
  await game.destroy(given.lastFault ?? undefined);
  return game.wrong;
}

/** Replaces each mark in values by a number that no other has. */
function createUnique() {
  let count = 0;
  return (values: Values): Values =>
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, value.replaceAll(UNIQUE, () => `<${++count}>`)]),
    );
}

function createGame(grounds: Grounds, stack: Stack, given: World, tally: Tally, clients: Hurry) {
  const { world, gateways, stores } = grounds;
  const { options, isTree } = given;
  const copy = options.copy as Part[];
  const { filter } = filterNamed(given.filter);
  const args: SyncArguments = {
    removeSecretsOnDelete: given.removeSecretsOnDelete,
    syncOptions: {
      ...options,
      ...(isTree && { includeAllSubFolders: true, removeEmptyFolders: given.removesEmptyFolders }),
      ...(filter && { filter }),
      allowEmptySource: true,
      allowImportedReferences: true,
    },
  };
  const wrong: string[] = [];
  /** Keys that may have come to be the sync's own. */
  const own = new Set<string>();
  /** Ids of secrets that somebody else has made at the destination. */
  const byHand = new Set<string>();
  const count = (what: string) => void tally.set(what, (tally.get(what) ?? 0) + 1);
  const contents = (): Contents => ({ source: world.source.read(), destination: world.destination.read() });
  /** Ids of folders that somebody else has made there. */
  const foldersByHand = new Set<string>();
  const listed = async (side: SideName = "destination"): Promise<readonly ListedSecret[]> =>
    (await stores[side].list({ values: false, expand: false, imports: false })).secrets;
  const isMeant = (key: string) => meansKey(given.filter, isTree, key);

  const game = {
    at: "",
    wrong,
    async noteByHand() {
      for (const { id } of await listed()) byHand.add(id);
      for (const id of await grounds.folders()) foldersByHand.add(id);
    },

    async edit({ put, drop, beside, emptied }: Edits, unique: (values: Values) => Values) {
      const made = new Set((await listed()).map(({ id }) => id));
      const folders = new Set(await grounds.folders());
      for (const side of SIDES) {
        const there = world[side].read();
        const goes = (key: string) =>
          drop[side].includes(key) ||
          (side === "source" && isTree && emptied.includes(locateInTree(key).folder));
        world[side].drop(...Object.keys(there).filter(goes));
        // A folder that is not there yet is the sync's to make.
        if (side === "source" || given.destinationFolder) world[side].put(unique(put[side]));
        give(world[side], isTree, beside[side]);
      }
      for (const { id } of await listed()) if (!made.has(id)) byHand.add(id);
      for (const id of await grounds.folders()) if (!folders.has(id)) foldersByHand.add(id);
    },

    async refresh() {
      if (rememberedKeys(await stack.state()) === undefined) return;
      begin();
      await stack.refresh(args).catch((error: Error) => game.blame(`the refresh fails: ${error.message}`));
      count("refresh");
    },

    blame: (reason: string) => void wrong.push(`${game.at}: ${reason}`),

    /** One deployment; what it must not do is told. @returns whether it did anything, undefined if it failed */
    async deploy(aim: WorldFault | undefined): Promise<{ unchanged?: boolean; failure?: string }> {
      const fault = faults.find(({ name }) => name === aim?.name);
      const before = contents();
      const ownBefore = new Set([...own, ...(rememberedKeys(await stack.state()) ?? [])]);
      const values = await expanded();
      const [sourceBefore, destinationBefore] = [await listed("source"), await listed()];
      const foldersBefore = await grounds.folders();
      const outdated = await untruths(await stack.state(), new Set(), stores);
      begin(aim, fault);
      let unchanged: boolean | undefined;
      const failure = await stack.deploy(args).then(
        (view) => {
          unchanged = view.unchanged;
        },
        (error: Error) => error.message,
      );
      await Promise.all(SIDES.map((name) => gateways[name].idle()));
      const exchanges = SIDES.flatMap((name) => gateways[name].exchanges);
      const isDisturbed = exchanges.some((exchange) => exchange.isDisturbed);
      // On a busy machine little patience may end with another request than the one that is late.
      const isHit = isDisturbed || (fault?.takesTime === true && fault.says.test(failure ?? ""));
      const untold = untoldKeys(exchanges);
      for (const name of untold) own.add(name);
      for (const name of rememberedKeys(await stack.state()) ?? []) own.add(name);

      count(failure === undefined ? "run" : isHit ? "run that a fault failed" : "run that was refused");
      if (isHit && failure === undefined) count("run that survived a fault");
      if (failure?.includes("half-way")) count("run that stopped half-way");
      if (exchanges.length > MOST_REQUESTS) game.blame(`${exchanges.length} requests`);
      if (failure !== undefined && !(isHit && fault?.says.test(failure)) && !FOREIGN.test(failure))
        if (!UNSURE.test(failure)) game.blame(`the cause is not named: ${failure}`);
      const after = contents();
      const current = await expanded();
      checkValues(before, after, [values, current]);
      checkForeign(before.destination, after.destination, ownBefore, values);
      for (const side of SIDES) checkLeftOut(before[side], after[side]);
      for (const wrong of changedParts(destinationBefore, await listed(), notCopied(copy)))
        game.blame(`${wrong} at the destination`);
      if (options.initialSyncBehavior === "overwrite-destination")
        for (const wrong of changedParts(sourceBefore, await listed("source"), PARTS))
          game.blame(`${wrong} at the source`);
      await checkFolders();
      const folders = new Set(await grounds.folders());
      for (const id of foldersBefore) if (!folders.has(id)) count("empty folder that was removed");
      if ((await stack.state()).includes(NOTE)) game.blame("the state has a comment or metadata in it");
      const lies = await untruths(await stack.state(), untold, stores);
      // Somebody else had changed the key before the run, which has left it so, or has put it back.
      const isOutdated = ({ key, claim }: Untruth) =>
        valueAt(before.destination, key) === valueAt(after.destination, key) &&
        outdated.some((one) => one.claim === claim);
      for (const lie of lies) if (!isOutdated(lie)) game.blame(lie.text);
      return { ...(unchanged !== undefined && { unchanged }), ...(failure !== undefined && { failure }) };
    },

    /** Without faults, all comes right. */
    async settle() {
      let ended = await game.deploy(undefined);
      if (ended.failure !== undefined && UNSURE.test(ended.failure)) {
        count("world that needed a refresh");
        await game.refresh();
        ended = await game.deploy(undefined);
      }
      if (ended.failure !== undefined) {
        if (options.unownedKeys === "fail" && FOREIGN.test(ended.failure))
          return count("world that is refused");
        return game.blame(`the next run fails: ${ended.failure}`);
      }
      // What was imported as text with references reads differently from then on.
      if (Object.values(world.source.read()).some((value) => value.includes("${")))
        ended = await game.deploy(undefined);
      const again = await game.deploy(undefined);
      if (again.unchanged !== true)
        game.blame(`the run after the next has something to do: ${again.failure}`);
      await checkEnd();
      count("world that ended well");
    },

    /** Removes, disturbed and then not, and leaves what others have made. */
    async destroy(aim: WorldFault | undefined) {
      const before = await listed();
      const removes = given.removeSecretsOnDelete;
      begin(
        aim,
        faults.find(({ name }) => name === aim?.name),
      );
      const failure = await stack.destroy().catch((error: Error) => error);
      await Promise.all(SIDES.map((name) => gateways[name].idle()));
      begin();
      if (failure)
        await stack.destroy().catch((error: Error) => game.blame(`destroy fails: ${error.message}`));
      const left = new Set((await listed()).map(({ id }) => id));
      for (const { id, key } of before)
        if (!left.has(id) && (!removes || byHand.has(id))) game.blame(`destroy removes ${key}`);
      await checkFolders();
    },
  };

  function begin(aim?: WorldFault, fault?: Fault): void {
    clients.timeoutMs = fault?.takesTime ? PATIENCE_MS : undefined;
    for (const side of SIDES)
      gateways[side].begin(
        fault && aim?.side === side
          ? { index: aim.index, isLasting: aim.isLasting, disturb: fault.disturb }
          : undefined,
      );
  }

  async function expanded(): Promise<Map<string, string>> {
    return new Map((await chosen()).map(({ key, value }) => [key, value.normalised().reveal()]));
  }

  /** What the source has of keys that the sync is about. */
  async function chosen(): Promise<ListedSecret[]> {
    const { secrets } = await stores.source.list({ values: true, expand: true, imports: false });
    const isTagged = ({ tags = [] }: ListedSecret) => tags.some(({ slug }) => slug === "team");
    return secrets.filter((secret) => isMeant(secret.key) && (given.filter !== "tagged" || isTagged(secret)));
  }

  /** What the filter leaves out by name is touched on neither side. */
  function checkLeftOut(before: Values, after: Values): void {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
      if (!isMeant(key) && valueAt(before, key) !== valueAt(after, key))
        game.blame(`${key} is touched, which the filter leaves out`);
  }

  async function checkFolders(): Promise<void> {
    const there = new Set(await grounds.folders());
    for (const id of foldersByHand) if (!there.has(id)) game.blame("a folder is gone that others have made");
  }

  /** Each key has what it had, or what the source has had during the run. */
  function checkValues(before: Contents, after: Contents, current: readonly Map<string, string>[]): void {
    for (const [key, value] of Object.entries(after.destination)) {
      const may = [valueAt(before.destination, key), ...current.map((values) => values.get(key))];
      if (!may.includes(value)) game.blame(`${key} has come to be ${value} at the destination`);
    }
    for (const [key, value] of Object.entries(after.source))
      if (![valueAt(before.source, key), valueAt(before.destination, key)].includes(value))
        game.blame(`${key} has come to be ${value} at the source`);
    for (const key of Object.keys(before.source))
      if (!Object.hasOwn(after.source, key)) game.blame(`${key} is gone from the source`);
  }

  /** What the sync does not own is not deleted, nor overwritten, where its options say so. */
  function checkForeign(
    before: Values,
    after: Values,
    mine: ReadonlySet<string>,
    source: ReadonlyMap<string, string>,
  ): void {
    for (const [key, value] of Object.entries(before)) {
      const isGone = !Object.hasOwn(after, key);
      if (isGone && source.has(key)) game.blame(`${key} is deleted although the source has it`);
      if (isGone && options.disableSecretDeletion) game.blame(`${key} is deleted although nothing is to be`);
      if (mine.has(key) || options.unownedKeys === "delete") continue;
      if (isGone) game.blame(`the foreign ${key} is deleted`);
      else if (options.unownedKeys === "fail" && valueAt(after, key) !== value)
        game.blame(`the foreign ${key} is overwritten`);
    }
  }

  /** The source's keys are there with its values; the rest is gone, or stays, as the options say. */
  async function checkEnd(): Promise<void> {
    const wanted = await expanded();
    const there = new Map(Object.entries(world.destination.read()));
    for (const [key, value] of wanted)
      if (there.get(key) !== value) game.blame(`${key} ends as ${there.get(key)}, and not as ${value}`);
    for (const wrong of uncopied(await chosen(), await listed(), copy)) game.blame(wrong);
    if (options.disableSecretDeletion) return;
    for (const key of there.keys()) {
      if (!isMeant(key) || wanted.has(key) || (!own.has(key) && options.unownedKeys !== "delete")) continue;
      if (options.unownedKeys === "delete") game.blame(`${key} is still at the destination`);
    }
  }

  return game;
}

const valueAt = (values: Values, key: string): string | undefined =>
  Object.hasOwn(values, key) ? values[key] : undefined;

/** Two deployments of one destination at once, from two stacks in two processes, in a given order of requests. */
import type { Listing, SecretStore } from "../../provider/engine/store.ts";
import { direct } from "../drivers/direct.ts";
import type { Stack } from "../drivers/driver.ts";
import type { SyncArguments } from "../scenarios/scenario.ts";
import { startWorld, type Values, type World } from "../support/world.ts";
import { adminStore, behind, hurry } from "./arena.ts";
import { type Disturbance, type Gateway, openGateway } from "./gateway.ts";
import { untruths } from "./state.ts";
import { isTrial, touchesIn } from "./traces.ts";
import { createTurns, type Turns, type Who } from "./turns.ts";

/** What the two have to do. */
export interface Scene {
  name: string;
  with: SyncArguments;
  /** At the destination from the start, and nobody's. */
  foreign: Values;
  first: Part;
  /** Left out, both have one source. */
  second?: Part;
  /** What the source of the second is given before its turn comes. */
  meanwhile?: Values;
  /** Both have deployed before; else these are their first runs. */
  isLater: boolean;
}

interface Part {
  source: Values;
  /** What the deployment is to bring, in a later run. */
  put?: Values;
  drop?: readonly string[];
}

/** How one of the two has ended. */
export interface Ending {
  failure: string | undefined;
  /** What it asked the destination to change. */
  touches: string[];
  /** What its state says wrongly of the destination as its last look has seen it. */
  lies: string[];
  /** How many requests it sent to the destination. */
  requests: number;
}

/** What has come of a duel. */
interface Outcome {
  /** The first one's, then the second one's. */
  endings: Ending[];
  /** What is not as it should be. */
  reasons: string[];
}

const HONEST_FAILURE = /nothing was written|not as planned|changed .* during the run/;

interface Fighter {
  who: Who;
  world: World;
  gateway: Gateway;
  stack: Stack;
  store: SecretStore;
}

/** Plays a scene in an order, then lets each deploy once more, and judges. */
export async function duel(
  scene: Scene,
  order: readonly Who[],
  openSecond: (world: World) => Promise<Stack>,
): Promise<Outcome> {
  await using worlds = await startWorlds(scene);
  const { first, second, destination } = worlds;
  await using gateways = await openGateways(first);
  await using stores = adminStores({ first: first.source, second: second.source, destination });
  const fighterOf = async (who: Who, world: World): Promise<Fighter> => {
    const gateway = gateways[who];
    const seen = { ...world, destination: behind(destination, gateway) };
    const stack = await (who === "first" ? direct.open(seen, hurry().makeClient) : openSecond(seen));
    return { who, world, gateway, stack, store: stores[who] };
  };
  const fighters = [await fighterOf("first", first), await fighterOf("second", second)];
  await prepare(scene, fighters);

  const look = () => stores.destination.list({ values: true, expand: false, imports: false });
  const turns = createTurns(order);
  const fights = fighters.map((fighter) => fight(scene, fighter, turns, look));
  const endings = await Promise.all(fights);
  const reasons: string[] = [];
  for (const [at, fighter] of fighters.entries()) {
    const ending = endings[at];
    if (ending) reasons.push(...judge(fighter.who, ending), ...(await unseenLosses(scene, fighter, ending)));
  }
  for (const fighter of fighters) reasons.push(...(await again(scene, fighter, stores.destination)));
  const hurt = missing(scene.foreign, destination.read());
  if (hurt.length > 0) reasons.push(`nobody's ${hurt.join(", ")} were touched`);
  return { endings, reasons };
}

async function startWorlds({ first, second, foreign }: Scene) {
  const own = await startWorld({ source: first.source, destination: foreign });
  const other = second && (await startWorld({ source: second.source }));
  const { destination } = own;
  return {
    first: own,
    second: { ...own, ...(other && { source: other.source }) },
    destination,
    async [Symbol.asyncDispose]() {
      await own[Symbol.asyncDispose]();
      await other?.[Symbol.asyncDispose]();
    },
  };
}

async function openGateways({ destination }: World) {
  const [first, second] = [await openGateway(destination.server), await openGateway(destination.server)];
  return {
    first,
    second,
    async [Symbol.asyncDispose]() {
      await Promise.all([first, second].map((one) => one[Symbol.asyncDispose]()));
    },
  };
}

function adminStores(sides: Record<Who | "destination", World["source"]>) {
  const [first, second, destination] = [sides.first, sides.second, sides.destination].map(adminStore);
  if (!first || !second || !destination) throw new Error("Three sides have three stores.");
  return {
    first: first.store,
    second: second.store,
    destination: destination.store,
    async [Symbol.asyncDispose]() {
      await Promise.all([first, second, destination].map(({ client }) => client[Symbol.asyncDispose]()));
    },
  };
}

async function prepare(scene: Scene, fighters: readonly Fighter[]): Promise<void> {
  if (!scene.isLater) return;
  for (const { stack } of fighters) await stack.deploy(scene.with);
  for (const { who, world } of fighters) {
    world.source.put(scene[who]?.put ?? {});
    world.source.drop(...(scene[who]?.drop ?? []));
  }
}

async function fight(
  scene: Scene,
  { who, world, gateway, stack, store }: Fighter,
  turns: Turns,
  look: () => Promise<Listing>,
): Promise<Ending> {
  let seen: Listing | undefined;
  const before = await stack.state();
  const disturb: Disturbance = ({ request, response, forward }) => {
    const pass = async () => {
      const answer = await forward();
      if (request.method === "GET" && request.url?.includes("/secrets")) seen = await look();
      response.writeHead(answer.status, answer.headers).end(answer.body);
    };
    // A trial without effect may come at any time.
    return isTrial(request.url ?? "") ? pass() : turns.take(who, pass);
  };
  gateway.begin({ index: 1, isLasting: true, disturb });
  const { meanwhile } = scene;
  if (meanwhile && who === "second") await turns.take(who, async () => world.source.put(meanwhile));
  const failure = await failureOf(stack.deploy(scene.with));
  turns.end(who);
  const { exchanges } = gateway;
  gateway.begin();
  const state = await stack.state();
  // A deployment that found nothing to do has claimed nothing anew.
  const hasRun = state !== before;
  const lies =
    failure === undefined && hasRun && seen
      ? await untruths(state, new Set(), { source: store, destination: standing(store, seen) })
      : [];
  return {
    failure,
    touches: exchanges.flatMap(touchesIn),
    lies: lies.map(({ text }) => text),
    requests: exchanges.filter(({ path }) => !isTrial(path)).length,
  };
}

function judge(who: Who, { failure, touches, lies }: Ending): string[] {
  if (failure === undefined) return lies.map((lie) => `${who} ends well, but ${lie}`);
  return [
    ...(HONEST_FAILURE.test(failure) ? [] : [`${who} fails for another reason: ${failure}`]),
    ...(/nothing was written/.test(failure) && touches.length > 0 ? [`${who} has written: ${touches}`] : []),
  ];
}

/** A look at a side that is over. */
const standing = (store: SecretStore, listing: Listing): SecretStore => ({
  ...store,
  list: async () => listing,
});

/** One that ended well and finds its values gone is told so by its next preview. */
async function unseenLosses(
  scene: Scene,
  { who, world, stack }: Fighter,
  { failure }: Ending,
): Promise<string[]> {
  if (failure !== undefined) return [];
  const lost = missing(world.source.read(), world.destination.read());
  if (lost.length === 0) return [];
  const { unchanged } = await stack.preview(scene.with);
  return unchanged ? [`${who} has lost ${lost.join(", ")}, and its next preview shows nothing`] : [];
}

/** What is wrong after another deployment, when nobody else is at work. */
async function again(scene: Scene, fighter: Fighter, destination: SecretStore): Promise<string[]> {
  const { who, world, stack, store } = fighter;
  const before = await stack.state();
  const failure = await failureOf(stack.deploy(scene.with));
  if (failure !== undefined) return [`${who} cannot deploy again: ${failure}`];
  const state = await stack.state();
  const lies = state === before ? [] : await untruths(state, new Set(), { source: store, destination });
  const lost = missing(world.source.read(), world.destination.read());
  return [
    ...lies.map(({ text }) => `${who}, deployed again: ${text}`),
    ...(lost.length > 0 ? [`${who}, deployed again, leaves ${lost.join(", ")} wrong`] : []),
  ];
}

/** The keys that are not there with these values. */
const missing = (wanted: Values, there: Values): string[] =>
  Object.keys(wanted).filter((key) => there[key] !== wanted[key]);

const failureOf = (running: Promise<unknown>): Promise<string | undefined> =>
  running.then(
    () => undefined,
    (error: Error) => error.message,
  );

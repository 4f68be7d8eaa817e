/** What the commands of a fleet do. Each is one act, here or in the process that has the database. */
import type { z } from "zod";
import type { DeclareContent } from "../../fleet/acts/declare.ts";
import { agree, requireConsent } from "../../terminal/consent.ts";
import { EXIT } from "../../terminal/exit-codes.ts";
import type { Run } from "../runner.ts";
import { actAction } from "./action.ts";
import { declaredIn } from "./declared.ts";
import {
  applyOptions,
  decideOptions,
  driftOptions,
  fleetOptions,
  historyOptions,
  namesOptions,
  planOptions,
  runOptions,
  statusOptions,
} from "./options.ts";
import { performOn } from "./reach.ts";
import { declareText, driftText, historyText, namesText, showText, statusText } from "./texts.ts";
import { given, named, whoAsks } from "./who.ts";

const hasChanges = ({ projects }: DeclareContent): boolean =>
  projects.some(({ isNew, parts, syncs }) => isNew || parts.length > 0 || syncs.length > 0);

export const plan = actAction({
  name: "plan",
  options: planOptions,
  async act(run) {
    const { prune } = run.options;
    return performOn(run, "plan", { declarations: await declaredIn(run), prune });
  },
  text: (content, { paint }) =>
    [declareText(content, paint), ...(hasChanges(content) ? [] : ["", SAME])].join("\n"),
  hasChanges,
});

const SAME = "Nothing to change.";
const DONE = "Declared. What is new or changed runs as soon as a worker is free.";

/** Shows what would change, asks, and does it. */
export const apply = actAction({
  name: "apply",
  options: applyOptions,
  async act(run) {
    const { options, session } = run;
    const { prune, yes } = options;
    const declarations = await declaredIn(run);
    const planned = await performOn(run, "plan", { declarations, prune });
    if (!hasChanges(planned)) return planned;
    requireConsent("fleet apply", yes, session, "Look at `fleet plan` first, then pass --yes.");
    session.print(declareText(planned, session.paint));
    if (!yes) await agree("Do you want the fleet to run this?", session);
    return performOn(run, "apply", { declarations, prune, by: whoAsks(options) });
  },
  // What is done was shown before.
  text: (content) => (hasChanges(content) ? DONE : SAME),
});

/** The exit code tells whether somebody is wanted. */
export const status = actAction({
  name: "status",
  options: statusOptions,
  act: (run) => {
    const { project, status, search } = run.options;
    return performOn(run, "status", { project, status, search: `${run.place ?? ""} ${search}` });
  },
  text: (content, { paint }) => statusText(content, paint),
  exitCode: ({ totals }) => (totals.failed ? EXIT.resource : totals.parked ? EXIT.deploymentDue : EXIT.done),
});

export const show = actAction({
  name: "show",
  options: fleetOptions,
  act: async (run) => {
    const [sync = ""] = named(run.place, [], "sync");
    return await performOn(run, "show", { sync });
  },
  text: (content, { paint }) => showText(content, paint),
});

/** Exit codes as those of the drift of stacks; that a run is due is nothing to be told of what runs by itself. */
export const drift = actAction({
  name: "drift",
  options: driftOptions,
  act: (run) => {
    const syncs = given(run.place, run.options.sync);
    return performOn(run, "drift", syncs.length > 0 ? { syncs } : {});
  },
  text: (content, { paint }) => driftText(content, paint),
  exitCode: ({ syncs }) => {
    const is = (...statuses: string[]) => syncs.some(({ status }) => statuses.includes(status));
    return is("failed") ? EXIT.resource : is("drifted", "refused") ? EXIT.unexpectedChanges : EXIT.done;
  },
});

export const history = actAction({
  name: "history",
  options: historyOptions,
  act: (run) => {
    const { sync, limit } = run.options;
    const syncs = given(run.place, sync);
    return performOn(run, "history", { limit, ...(syncs.length > 0 && { syncs }) });
  },
  text: (content, { paint }) => historyText(content, paint),
});

export const run = actAction({
  name: "run",
  options: runOptions,
  act: (asked) => performOn(asked, "run", { syncs: named(asked.place, asked.options.sync, "sync") }),
  text: ({ triggered }) => namesText("runs as soon as a worker is free", triggered),
});

export const pause = actAction({
  name: "pause",
  options: namesOptions,
  act: (asked) => performOn(asked, "pause", syncsAndPerson(asked)),
  text: ({ paused }) => namesText("paused", paused),
});

export const resume = actAction({
  name: "resume",
  options: namesOptions,
  act: (asked) => performOn(asked, "resume", syncsAndPerson(asked)),
  text: ({ resumed }) => namesText("resumed", resumed),
});

const decision = (name: "approve" | "reject") =>
  actAction({
    name,
    options: decideOptions,
    act: (asked) =>
      performOn(asked, name, {
        plans: named(asked.place, asked.options.plan, "plan"),
        ...person(asked.options),
      }),
    text: ({ decided }) =>
      decided.map((one) => namesText(`${one.decision}, plan ${one.plan}`, [one])).join("\n"),
  });
export const approve = decision("approve");
export const reject = decision("reject");

const syncsAndPerson = ({
  place,
  options,
}: Pick<Run<z.output<typeof namesOptions>>, "place" | "options">) => ({
  syncs: named(place, options.sync, "sync"),
  ...person(options),
});

const person = (options: { by?: string | undefined; comment?: string | undefined }) => ({
  by: whoAsks(options),
  comment: options.comment,
});

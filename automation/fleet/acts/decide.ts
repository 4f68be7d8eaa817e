/** A decision on plans that wait for somebody. It is of exactly these plans: what differs is asked again. */
import { z } from "zod";
import { EngineError } from "../../engines/engine.ts";
import type { Queries } from "../database/database.ts";
import { addHistory } from "../rows/history.ts";
import { decide as decideOn, isRefusal, lockParked, type ParkedOf } from "../rows/parked.ts";
import { readSync } from "../rows/syncs.ts";
import { act, type Fleet } from "./act.ts";
import { by, comment } from "./inputs.ts";

type Decision = "approved" | "rejected";

const input = z.object({
  plans: z.array(z.string().min(1)).min(1).meta({ description: "Ids of parked plans." }),
  by,
  comment,
});
type Input = z.output<typeof input>;

/** Of several plans all are decided on, or none. */
const decide = (decision: Decision) =>
  act(input, ({ database, queue }, { plans, ...person }) =>
    database.transaction(async (queries) => {
      const parked: ParkedOf[] = [];
      for (const id of plans) parked.push(await readPlan(queries, id, decision));
      for (const plan of parked) await decidePlan({ queue, queries }, plan, decision, person);
      return { decided: parked.map(({ project, name, id }) => ({ project, name, plan: id, decision })) };
    }),
  );

export const approve = decide("approved");
export const reject = decide("rejected");

/** One that is not there any more was done, or another was planned since. */
async function readPlan(queries: Queries, id: string, decision: Decision): Promise<ParkedOf> {
  const plan = await lockParked(queries, id);
  if (plan && isRefusal(plan)) throw refusedByGuard(plan);
  if (plan?.is_running && plan.decision === "approved" && decision === "rejected") throw isBeingDone(plan);
  if (plan) return plan;
  throw new EngineError(
    "plan-changed",
    `No plan ${id} waits: it is another's name, or something else was found since, or nothing is left to do. Nothing was decided.`,
    { hint: "`external-infisical fleet status` lists the plans that wait." },
  );
}

const isBeingDone = ({ id, project, name, decided_by }: ParkedOf): EngineError =>
  new EngineError(
    "locked",
    `A worker is doing plan ${id} of ${project}/${name}, which ${decided_by ?? "somebody"} approved: it may have written already, and is not stopped. Nothing was decided.`,
    { hint: `\`external-infisical fleet show ${project}/${name}\` tells how it ends.` },
  );

const refusedByGuard = ({ id, project, name, reasons }: ParkedOf): EngineError =>
  new EngineError(
    "invalid-plan",
    `${project}/${name} is refused by a guard, and no decision on plan ${id} changes that: ${reasons.map(({ message }) => message).join("; ")}`,
    { hint: "Change the source, the destination or the sync's options; the next run looks again." },
  );

/** A decision that was made already stays that of who made it. */
async function decidePlan(
  { queue, queries }: Pick<Fleet, "queue"> & { queries: Queries },
  { id, sync, project, name }: ParkedOf,
  decision: Decision,
  { by, comment }: Omit<Input, "plans">,
): Promise<void> {
  if (!(await decideOn(queries, id, { decision, by, comment }))) return;
  const detail = { plan: id, ...(comment && { comment }) };
  await addHistory(queries, { id: sync, project, name }, decision, by, detail);
  const row = decision === "approved" ? await readSync(queries, sync) : undefined;
  if (row) await queue.trigger([row], "approved", queries);
}

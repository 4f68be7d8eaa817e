/** What a syncs.yaml says of a sync for the fleet alone, in `fleet` of the sync or of `defaults`. */
import { z } from "zod";
import { strictObject } from "../../provider/unknown-names.ts";

export const APPROVALS = ["creates", "updates", "deletes", "foreign", "folders", "imports"] as const;

export const fleetSettings = strictObject({
  schedule: z.string().min(1).default("5m").meta({
    description:
      "How often the sync runs without being asked: an interval such as `30s`, `5m` or `12h`, or five fields of cron in UTC. `never` leaves it to triggers.",
  }),
  approve: z.array(z.enum(APPROVALS)).default([]).meta({
    description:
      "What waits for somebody's approval before it is done. `foreign`: deleting or overwriting what the sync has not written; `folders`: what goes since a folder of the source is gone.",
  }),
});
export type FleetSettings = z.output<typeof fleetSettings>;

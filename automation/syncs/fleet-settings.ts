/** What a syncs.yaml says for the fleet alone: of a sync in `fleet` of the sync or of `defaults`, of all in `fleet` of the file. */
import { z } from "zod";
import { strictObject } from "../../provider/unknown-names.ts";

export const APPROVALS = ["creates", "updates", "deletes", "foreign", "folders", "imports"] as const;

/** An interval, or five fields of cron; whether a field of cron says anything is told where it is declared. */
export const INTERVAL = /^([1-9]\d{0,5})([smhd])$/;
const CRON = /^[\w*?,/#-]+(?: +[\w*?,/#-]+){4}$/;
export const NEVER = "never";

const isSchedule = (text: string): boolean => text === NEVER || INTERVAL.test(text) || CRON.test(text);

export const fleetSettings = strictObject({
  schedule: z
    .string()
    .trim()
    .refine(isSchedule, "must be an interval such as 30s, 5m or 12h, five fields of cron, or never")
    .default("5m")
    .meta({
      description:
        "How often the sync runs without being asked: an interval such as `30s`, `5m` or `12h`, or five fields of cron in UTC. `never` leaves it to triggers.",
    }),
  approve: z.array(z.enum(APPROVALS)).default([]).meta({
    description:
      "What waits for somebody's approval before it is done. `foreign`: deleting or overwriting what the sync has not written; `folders`: what goes since a folder of the source is gone.",
  }),
});
export type FleetSettings = z.output<typeof fleetSettings>;

const isHttp = (text: string): boolean => /^https?:$/.test(URL.parse(text)?.protocol ?? "");

/** @param secretReference how secrets are written in the file */
export const fleetPart = <Reference extends z.ZodType>(secretReference: Reference) =>
  strictObject({
    eventSubscriptions: z.boolean().optional().meta({
      description:
        "Whether the source instance is asked to tell of changes (event subscriptions, a feature of its paid plans), so that syncs run at once. The source's identity needs the right to subscribe to secret events.",
    }),
    notify: strictObject({
      url: z
        .string()
        .refine(isHttp, "must be an http or https URL")
        .meta({ description: "Where the message is sent by POST." }),
      secret: secretReference.optional(),
    })
      .optional()
      .meta({
        description:
          "Who is told that a sync waits for approval, has failed, or is well again. With `secret` the message is signed with HMAC-SHA256.",
      }),
  });

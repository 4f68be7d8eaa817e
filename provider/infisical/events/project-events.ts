/** What an instance tells of changes in one environment of a project (data-plane §14.1): no values, and nothing that is believed. */
import { z } from "zod";
import { parseJson } from "../../parse-json.ts";
import type { InfisicalClient } from "../http/client.ts";
import type { Answer } from "../http/exchange.ts";
import { eventFrames } from "./event-frames.ts";

const EVENTS = ["secret:create", "secret:update", "secret:delete", "secret:import-mutation"];

/** It says that it is there every 15 seconds. */
const IDLE_MS = 50_000;

const place = z.object({ environment: z.string(), secretPath: z.string() });
type ChangedFolder = z.output<typeof place>;

const told = z.object({
  data: z.object({ payload: z.union([z.array(place), place.transform((one) => [one])]) }),
});

export interface Followed {
  signal: AbortSignal;
  /** From now on changes are told. */
  onOpen(): void;
  /** @param folders undefined where an event does not say which */
  onChange(folders: readonly ChangedFolder[] | undefined): void;
}

/** Resolves when the instance ends it, or refuses it. @throws BridgeError where it does not answer */
export function followProjectEvents(
  client: Pick<InfisicalClient, "follow">,
  { projectId, environment }: { projectId: string; environment: string },
  { signal, onOpen, onChange }: Followed,
): Promise<Answer<undefined>> {
  const conditions = { environmentSlug: environment, secretPath: "/" };
  const framesIn = eventFrames();
  return client.follow(
    {
      method: "POST",
      route: "/api/v1/events/subscribe/project-events",
      body: JSON.stringify({ projectId, register: EVENTS.map((event) => ({ event, conditions })) }),
      repeat: "safe",
      what: `be told of changes in environment ${environment} of project ${projectId}`,
    },
    {
      ...{ signal, onOpen, idleMs: IDLE_MS },
      onText(text) {
        for (const { event, data } of framesIn(text))
          if (EVENTS.includes(event)) onChange(told.safeParse(parseJson(data)).data?.data.payload);
      },
    },
  );
}

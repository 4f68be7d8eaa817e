/** What is read: lists, one sync, the history. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { lookUp } from "../../../../provider/look-up.ts";
import { perform } from "../../acts/index.ts";
import { STATUSES } from "../../rows/status.ts";
import { type Page, personOf, show } from "../shown.ts";
import { historyView } from "../views/history.ts";
import { listView, PAGE_SIZE } from "../views/list.ts";
import { syncView } from "../views/sync.ts";

/** What an address may ask for; what it says otherwise is not asked for. */
const wanted = z.object({
  search: z.string().max(200).catch(""),
  project: z.string().max(200).catch(""),
  status: z.enum(["", ...STATUSES]).catch(""),
  page: z.coerce.number().int().min(1).max(100_000).catch(1),
});
const before = z.object({
  before: z
    .string()
    .regex(/^\d{1,18}$/)
    .optional()
    .catch(undefined),
});
const done = z.object({ done: z.string().optional().catch(undefined) });
export const syncParams = z.object({ project: z.string(), name: z.string() });

/** What is told after a button was pressed. */
const DONE: Readonly<Record<string, string>> = {
  approve: "Approved.",
  reject: "Rejected.",
  pause: "Paused. It does not run until it is resumed.",
  resume: "Resumed. It runs next.",
  run: "It runs as soon as a worker is free.",
};

export function viewRoutes(app: FastifyInstance, page: Page): void {
  app.get("/", async (request, reply) => {
    const asked = wanted.parse(request.query);
    const content = await perform(page.fleet, "status", {
      search: asked.search,
      ...(asked.project !== "" && { project: asked.project }),
      ...(asked.status !== "" && { status: [asked.status] }),
      limit: PAGE_SIZE,
      offset: (asked.page - 1) * PAGE_SIZE,
    });
    const isParked = asked.status === "parked";
    const frame = {
      title: isParked ? "Parked" : "Syncs",
      current: isParked ? "parked" : "syncs",
      parked: content.totals.parked,
    } as const;
    return show(page, request, reply, frame, listView(content, asked, page.now()));
  });

  app.get("/syncs/:project/:name", async (request, reply) => {
    const { project, name } = syncParams.parse(request.params);
    const content = await perform(page.fleet, "show", { sync: `${project}/${name}` });
    const view = syncView(content, {
      now: page.now(),
      done: lookUp(DONE, done.parse(request.query).done ?? ""),
      ...personOf(page, request),
    });
    return show(page, request, reply, { title: name }, view);
  });

  app.get("/history", async (request, reply) => {
    const content = await perform(page.fleet, "history", before.parse(request.query));
    const frame = { title: "History", current: "history" } as const;
    return show(page, request, reply, frame, historyView(content, page.now()));
  });
}

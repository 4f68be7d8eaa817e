import { z } from "zod";
import { LOG_LEVELS } from "../../fleet/operations/log.ts";
import { STATUSES } from "../../fleet/rows/status.ts";
import { flag, nonEmpty, option, policies, repeatable, stackOptions, yes } from "../options.ts";

/** What all commands of a fleet take. */
export const fleetOptions = stackOptions
  .pick({ cwd: true, json: true, quiet: true, timeout: true, color: true })
  .extend({
    database: option(nonEmpty().optional(), {
      value: "url",
      text: "postgres://… (or EXTERNAL_INFISICAL_FLEET_DATABASE; default: the embedded database in --data-dir)",
    }),
    dataDir: option(nonEmpty().optional(), {
      value: "folder",
      text: "where the embedded database is (default: external-infisical/fleet in XDG_STATE_HOME)",
    }),
  });
export type FleetOptions = z.output<typeof fleetOptions>;

const by = option(nonEmpty().optional(), {
  value: "name",
  text: "who asks, for the history (default: the user)",
});
const comment = option(nonEmpty().optional(), { value: "text", text: "why, for the history", short: "m" });
const files = repeatable("file", "a syncs.yaml; repeatable (default: the one in this folder)", "f");
const prune = flag("what becomes of the keys of syncs that are gone needs no approval");
const sync = repeatable("name", "one more sync, by NAME or PROJECT/NAME; repeatable");

export const planOptions = fleetOptions.extend({
  file: files,
  prune,
  detailedExitcode: flag("exit with 0 for no changes, 1 for an error, 2 for changes"),
});

export const applyOptions = fleetOptions.extend({ file: files, prune, by, yes });

export const statusOptions = fleetOptions.extend({
  project: option(nonEmpty().optional(), { value: "name", text: "syncs of this project alone" }),
  status: option(z.array(z.enum(STATUSES)).default([]), {
    value: "status",
    text: `syncs in this status alone: ${STATUSES.join(", ")}; repeatable`,
  }),
  search: option(z.string().default(""), { value: "text", text: "parts of names and places" }),
});

/** What is taken over is a stack, opened as by all other commands, or a state of Terraform's. */
export const adoptOptions = stackOptions.omit({ diff: true }).extend({
  ...fleetOptions.pick({ database: true, dataDir: true }).shape,
  declaration: repeatable(
    "file",
    "the syncs.yaml that declares them from now on; repeatable (default: the stack's own)",
  ),
  by,
  yes,
});
export type AdoptOptions = z.output<typeof adoptOptions>;

/** Where they go is a file, or a stack, opened as by all other commands. */
export const exportOptions = stackOptions.omit({ diff: true }).extend({
  ...fleetOptions.pick({ database: true, dataDir: true }).shape,
  project: option(nonEmpty().optional(), { value: "name", text: "this project alone (default: all)" }),
  out: option(nonEmpty().optional(), {
    value: "file",
    text: "what is written for another fleet; it must not be there",
  }),
  by,
  yes,
});
export type ExportOptions = z.output<typeof exportOptions>;

export const historyOptions = fleetOptions.extend({
  sync,
  limit: option(z.coerce.number().int().min(1).max(1000).default(30), {
    value: "number",
    text: "how much of it, latest first",
  }),
});

export const namesOptions = fleetOptions.extend({ sync, by, comment });

export const runOptions = fleetOptions.extend({ sync });

export const driftOptions = fleetOptions.extend({ sync });

export const decideOptions = fleetOptions.extend({
  plan: repeatable("id", "one more plan, by the id that `fleet status` tells; repeatable"),
  by,
  comment,
});

export const startOptions = fleetOptions.omit({ json: true }).extend({
  json: option(z.boolean().default(false), { text: "print the log alone, a JSON line for each thing" }),
  file: repeatable("file", "a syncs.yaml that is declared first; repeatable (default: none)", "f"),
  prune,
  by,
  policies,
  concurrency: option(z.coerce.number().int().min(1).max(200).default(10), {
    value: "number",
    text: "syncs that run at the same time",
  }),
  limit: repeatable(
    "host=limits",
    "requests a minute that a host takes from all workers: HOST=free, HOST=pro, or HOST=secret:120,read:200,write:90; repeatable",
  ),
  host: option(nonEmpty().default("127.0.0.1"), { value: "address", text: "where the page listens" }),
  port: option(z.coerce.number().int().min(0).max(65_535).default(4780), {
    value: "number",
    text: "the page's port; 0 for any",
  }),
  pageUrl: option(z.url().optional(), { value: "url", text: "where people reach the page, if not there" }),
  pageTokenFile: option(nonEmpty().optional(), {
    value: "file",
    text: "the token of the page (or EXTERNAL_INFISICAL_FLEET_TOKEN), needed beyond this machine",
  }),
  keepDays: option(z.coerce.number().int().min(1).max(36_500).default(365), {
    value: "days",
    text: "how long the history is kept",
  }),
  logLevel: option(z.enum(LOG_LEVELS).default("info"), {
    value: "level",
    text: "of the log",
  }),
});
export type StartOptions = z.output<typeof startOptions>;

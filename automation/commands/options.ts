/** Options that commands share, and how an option is told: once, beside its field. */
import { z } from "zod";
import { NAME, NAME_RULE } from "../engines/names.ts";
import { REPORT_FORMATS } from "../report/formats.ts";
import { reportTarget } from "./targets.ts";

/** What the parser and the help need beyond a field's name, type and default. */
export interface OptionText {
  /** What it is for. */
  text: string;
  /** The flag of one letter. */
  short?: string;
  /** What its value is called; absent for a flag that is there or not. */
  value?: string;
}

/** The texts of all options. */
export const optionTexts = z.registry<OptionText>();

export const option = <Schema extends z.ZodType>(schema: Schema, text: OptionText): Schema => {
  optionTexts.add(schema, text);
  return schema;
};

/** A text that says something. */
export const nonEmpty = () => z.string().min(1, "must not be empty");

/** The name of a Pulumi project, in a file that is to be written. */
export const projectName = () => z.string().regex(NAME, `must be ${NAME_RULE}`);

const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(\d+)([smhd])$/;

/** A duration as people write it, `90s`, `10m`, `24h` or `7d`, in milliseconds. */
export const durationMs = z
  .string()
  .trim()
  .regex(DURATION, "must be a number with its unit, such as 90s, 10m, 24h or 7d")
  .transform((text) => {
    const [, number = "0", unit = "s"] = DURATION.exec(text) ?? [];
    return Number(number) * UNITS[unit as keyof typeof UNITS];
  });

/** One that is there or not. */
export const flag = (text: string, short?: string) =>
  option(z.boolean().default(false), { text, ...(short !== undefined && { short }) });

/** One that may be given again and again. */
export const repeatable = (value: string, text: string, short?: string) =>
  option(z.array(z.string()).default([]), { value, text, ...(short !== undefined && { short }) });

/** `allowHost` → `--allow-host`. */
export const flagOf = (field: string): string =>
  `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

export const cwd = option(z.string().optional(), {
  value: "folder",
  text: "work as if started there",
  short: "C",
});
export const file = option(z.string().optional(), { value: "file", text: "a syncs.yaml", short: "f" });
export const diff = flag("show all keys, however many");
/** Nothing but one document goes to stdout. */
export const json = flag("print one JSON document and nothing else");
export const color = option(z.enum(["auto", "always", "never"]).default("auto"), {
  value: "when",
  text: "colours",
});

export const stackOptions = z.object({
  cwd,
  file,
  stack: option(nonEmpty().optional(), {
    value: "name",
    text: "the stack; up makes one that is missing (default: the selected one, else dev)",
    short: "s",
  }),
  engine: option(z.enum(["auto", "pulumi", "local"]).default("auto"), {
    value: "engine",
    text: "auto takes the Pulumi CLI if there is one, else the local engine",
  }),
  installCli: flag("download the Pulumi CLI if there is none"),
  config: repeatable("key=value", "set configuration of the stack, kept by up; repeatable", "c"),
  secretConfig: repeatable(
    "key=value",
    "the same, encrypted; key alone takes the value from the environment variable of that name",
  ),
  allowHost: repeatable("host", "talk to no other hosts; repeatable, see below"),
  diff,
  json,
  quiet: flag("no progress and no notes: only results, warnings and errors", "q"),
  timeout: option(durationMs.refine((ms) => ms > 0, "must be longer than nothing").optional(), {
    value: "duration",
    text: "stop after this long, as Ctrl-C does: 90s, 10m, 1h (default: no limit)",
  }),
  color,
});
export type StackCommandOptions = z.output<typeof stackOptions>;

export const yes = flag("do not ask", "y");

/** @param all the syncs that are meant where none is named */
export const syncNames = (all: string, text = "this sync, by its name or its resource's") =>
  option(z.array(nonEmpty()).default([]), {
    value: "name",
    text: `${text}; repeatable (default: ${all})`,
  });

/** Rules of their own file, beside those of a syncs.yaml. */
export const policies = repeatable(
  "file",
  "check with these policies too (or EXTERNAL_INFISICAL_POLICIES, comma-separated); repeatable",
);

const FORMATS_TEXT = `${REPORT_FORMATS.slice(0, -1).join(", ")} or ${REPORT_FORMATS.at(-1)}`;

/** @param what is written */
export const reports = (what: string) =>
  option(z.array(reportTarget).default([]), {
    value: "format=file",
    text: `${what}: ${FORMATS_TEXT}; a file of - is stdout; repeatable`,
  });

/** What an operation tells in lines of text while it runs and where it fails: engines pass nothing else on. */

/** How far the writing of a sync has come. */
export interface Written {
  name: string;
  done: number;
  total: number;
  /** Changes a second, since the last report. */
  rate: number;
}

export const formatWritten = ({ name, done, total, rate }: Written): string =>
  `${name}: ${done} of ${total} changes written, ${rate} a second`;

const WRITTEN = /^(?<name>.*): (?<done>\d+) of (?<total>\d+) changes written, (?<rate>\d+) a second$/s;

/** What such a line tells; undefined for any other. */
export function parseWritten(line: string): Written | undefined {
  const { name, ...numbers } = WRITTEN.exec(line)?.groups ?? {};
  if (name === undefined) return undefined;
  const { done, total, rate } = numbers;
  return { name, done: Number(done), total: Number(total), rate: Number(rate) };
}

/** True for a line that a sync tells. */
export const isLineOf = (name: string, line: string): boolean => line.startsWith(`${name}: `);

const PLANNED = ": planned: ";

/** A place as people read it. */
export interface NamedPlace {
  projectId: string;
  /** Where it was looked up. */
  projectName?: string | undefined;
  environment: string;
  secretPath: string;
  /** Unknown of a connection that is known by its id alone. */
  origin?: string | undefined;
}

/** What a run will do, in numbers, and where: for a tool that shows it only to who asks for it. */
export const formatPlanned = (
  name: string,
  counts: string,
  source: NamedPlace,
  destination: NamedPlace,
): string => `${name}${PLANNED}${counts}; from ${placeText(source)} to ${placeText(destination)}`;

const placeText = ({ projectId, projectName, environment, secretPath, origin }: NamedPlace): string => {
  const project = projectName === undefined ? projectId : `${JSON.stringify(projectName)} (${projectId})`;
  return `${project} ${environment}:${secretPath}${origin === undefined ? "" : ` at ${origin}`}`;
};

/** What such a line tells of a project. */
export interface NamedProject {
  side: "source" | "destination";
  projectId: string;
  projectName: string;
  origin: string | undefined;
}

const namedPlace = (side: NamedProject["side"]) =>
  `(?:(?<${side}Name>"(?:[^"\\\\]|\\\\.)*") \\((?<${side}Id>\\S+)\\)|\\S+) \\S+?:/\\S*(?: at (?<${side}Origin>\\S+))?`;

const PLACES = new RegExp(`; from ${namedPlace("source")} to ${namedPlace("destination")}$`);

/** The names of projects that such a line tells; undefined for any other line. */
export function projectsIn(line: string): NamedProject[] | undefined {
  if (!/^[^\n]*: planned: \d[^\n]*$/.test(line)) return undefined;
  const told = PLACES.exec(line)?.groups ?? {};
  return (["source", "destination"] as const).flatMap((side): NamedProject[] => {
    const [name, projectId] = [told[`${side}Name`], told[`${side}Id`]];
    if (name === undefined || projectId === undefined) return [];
    return [{ side, projectId, projectName: String(JSON.parse(name)), origin: told[`${side}Origin`] }];
  });
}

const KEPT = /^(?<name>.*?): planned: (?:[^;]*, )?(?<kept>\d+) kept[,;]/s;

/** How many keys such a line tells to be kept, which no sync has on record; undefined where it tells none. */
export function keptIn(line: string): { name: string; kept: number } | undefined {
  const { name, kept } = KEPT.exec(line)?.groups ?? {};
  return name === undefined ? undefined : { name, kept: Number(kept) };
}

/** That a run is planned without its keys being known here, and why. */
export const formatUnforeseen = (name: string, why: string): string =>
  `${name}${PLANNED}keys unknown, since ${why}`;

const UNFORESEEN = new RegExp(`^(?<name>.*?)${PLANNED}keys unknown, since (?<why>.*)$`, "s");

/** What such a line tells; undefined for any other. */
export function parseUnforeseen(line: string): { name: string; why: string } | undefined {
  const { name, why } = UNFORESEEN.exec(line)?.groups ?? {};
  return name === undefined || why === undefined ? undefined : { name, why };
}

const WARNING = "WARNING: ";

/** A line that is to be noticed: a provider's lines are all of one kind to the engine. */
export const formatWarning = (text: string): string => `${WARNING}${text}`;

/** What such a line warns of; undefined for any other. */
export const parseWarning = (line: string): string | undefined =>
  line.startsWith(WARNING) ? line.slice(WARNING.length) : undefined;

/** The sentence of a failure whose run has written to neither side. */
export const NOTHING_WRITTEN = "Nothing was written.";

/** True for the text of a failure that says so, by itself or within a sentence of its own. */
export const saysNothingWritten = (text: string): boolean => /\bnothing was written\b/i.test(text);

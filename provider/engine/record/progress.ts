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

/** What a run will do, in numbers: for a tool that shows it only to who asks for it. */
export const formatPlanned = (name: string, counts: string): string => `${name}${PLANNED}${counts}`;

/** True for such a line. */
export const isPlanned = (line: string): boolean => /^[^\n]*: planned: \d[^\n]*$/.test(line);

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

/** The table as Markdown: one character for each request that was disturbed. */
import type { Result } from "./cell.ts";
import { type Measured, positionsOf, SIDES } from "./matrix.ts";

const SIGNS = { succeeded: "·", "failed, then finished": "f", RED: "R" } as const;

export interface Played {
  measured: Measured;
  results: readonly Result[];
}

const countOf = (results: readonly Result[], outcome: Result["outcome"]) =>
  results.filter((result) => result.outcome === outcome).length;

/** One line for all of it. */
export const countsOf = (results: readonly Result[]) =>
  `${results.length} cells: ${countOf(results, "succeeded")} succeeded, ${countOf(results, "failed, then finished")} failed and were finished by the next run, ${countOf(results, "RED")} red`;

/** One section for each story. */
export const tableOf = (played: readonly Played[]) => played.map(sectionOf).join("\n\n");

function sectionOf({ measured, results }: Played): string {
  const { story } = measured;
  const kinds = [...new Set(results.map(({ cell }) => cell.fault))];
  const rows = kinds.map((fault) => {
    const of = (isLasting: boolean) =>
      SIDES.map((side) =>
        results
          .filter(({ cell }) => cell.fault === fault && cell.isLasting === isLasting && cell.side === side)
          .map(({ outcome }) => SIGNS[outcome])
          .join(""),
      )
        .filter((signs) => signs !== "")
        .map((signs) => `\`${signs}\``)
        .join(" ");
    return `| ${fault.name} | ${of(false)} | ${of(true)} |`;
  });
  return [
    `## ${story.name}: ${story.tells}`,
    "",
    countsOf(results),
    "",
    ...legendOf(measured),
    "",
    "| fault | once | from there on |",
    "| --- | --- | --- |",
    ...rows,
  ].join("\n");
}

/** Which requests the characters stand for. */
function legendOf(measured: Measured): string[] {
  return SIDES.flatMap((side) => {
    const requests = positionsOf(measured).filter((position) => position.side === side);
    const texts = requests.map(({ request }) => shortened(request));
    return texts.length === 0 ? [] : [`- ${side}: ${texts.join(", ")}`];
  });
}

/** Method and last word of the path; ids and keys say nothing here. */
function shortened(request: string): string {
  const [method = "", path = ""] = request.split(" ");
  const words = path.split("/").filter((word) => /^[a-z]+$/.test(word));
  return `${method} ${words.at(-1) ?? path}`;
}

/** What is red, and why. */
export const redOf = (results: readonly Result[]) =>
  results
    .filter(({ outcome }) => outcome === "RED")
    .map(({ cell: { story, fault, side, index, isLasting }, reasons }) =>
      [
        `RED ${story.name}, ${side} ${index}, ${fault.name}${isLasting ? ", from there on" : ""}`,
        ...reasons.map((reason) => `  ${reason.slice(0, 500)}`),
      ].join("\n"),
    );

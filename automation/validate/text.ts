/** A validation as text. */
import { describeProblems } from "../syncs/problems.ts";
import type { Validation } from "./document.ts";

type Sync = Validation["syncs"][number];

/** The table of syncs, and what the file is found to be. */
export function validationText(validation: Validation): { table: string; verdict: string } {
  const { syncs, problems, error, file = "syncs.yaml" } = validation;
  return {
    table: problems.length > 0 || error !== undefined ? "" : tableOf(syncs),
    verdict:
      error !== undefined
        ? [error.message, ...(error.hint === undefined ? [] : [`  ${error.hint}`])].join("\n")
        : problems.length > 0
          ? describeProblems(problems, file)
          : summaryOf(validation, file),
  };
}

function summaryOf({ counts, project }: Validation, file: string): string {
  if (!counts) return `${file} is right.`;
  const { entries, syncs, connections } = counts;
  const from = entries === syncs ? "" : ` made of ${some(entries, "entry", "entries")}`;
  return `${file} is right: project ${project}, ${some(syncs, "sync", "syncs")}${from}, ${some(connections, "connection", "connections")}.`;
}

const some = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

/** In the order of the waves, which are told where there are any. */
function tableOf(syncs: readonly Sync[]): string {
  const hasWaves = new Set(syncs.map(({ wave }) => wave)).size > 1;
  const sorted = syncs.toSorted((a, b) => a.wave - b.wave);
  const rows = [
    [...(hasWaves ? ["Wave"] : []), "Sync", "From", "To", "Connection"],
    ...sorted.map(({ name, wave, source, destination, connection, execution }) => [
      ...(hasWaves ? [String(wave)] : []),
      name,
      placeText(source),
      placeText(destination),
      execution === "native" ? `${connection} (native)` : connection,
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return syncs.length === 0 ? "" : `${lines.join("\n")}\n`;
}

const placeText = ({ projectId, environment, secretPath }: Sync["source"]) =>
  `${projectId} ${environment}:${secretPath}`;

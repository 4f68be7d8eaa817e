/** A validation as text. */
import { describeProblems } from "../../files/problems.ts";
import { inColumns } from "../../terminal/width.ts";
import type { FileProblem, Validation } from "./document.ts";

type Sync = Validation["syncs"][number];

/** The table of syncs, and what the files are found to be. */
export function validationText(validation: Validation): { table: string; verdict: string } {
  const { syncs, problems, error } = validation;
  const isRight = problems.length === 0 && error === undefined;
  const failure =
    error === undefined ? [] : [error.message, ...(error.hint === undefined ? [] : [`  ${error.hint}`])];
  return {
    table: isRight ? tableOf(syncs) : "",
    verdict: isRight ? summaryOf(validation) : [...failure, ...byFile(problems)].join("\n"),
  };
}

const byFile = (problems: readonly FileProblem[]): string[] =>
  [...Map.groupBy(problems, ({ file }) => file)].map(([file, own]) => describeProblems(own, file));

function summaryOf({ counts, project, file, policies = [] }: Validation): string {
  const rules = policies.map((name) => `The policies ${name} are right.`);
  if (!counts || file === undefined) return rules.join("\n");
  const { entries, syncs, connections } = counts;
  const from = entries === syncs ? "" : ` made of ${some(entries, "entry", "entries")}`;
  const told = `${file} is right: project ${project}, ${some(syncs, "sync", "syncs")}${from}, ${some(connections, "connection", "connections")}.`;
  return [told, ...rules].join("\n");
}

const some = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

/** In the order of the file, as everywhere; waves are told where there are any. */
function tableOf(syncs: readonly Sync[]): string {
  const hasWaves = new Set(syncs.map(({ wave }) => wave)).size > 1;
  const rows = [
    [...(hasWaves ? ["Wave"] : []), "Sync", "From", "To", "Connection"],
    ...syncs.map(({ name, wave, source, destination, connection, execution }) => [
      ...(hasWaves ? [String(wave)] : []),
      name,
      placeText(source),
      placeText(destination),
      execution === "native" ? `${connection} (native)` : connection,
    ]),
  ];
  return syncs.length === 0 ? "" : `${inColumns(rows).join("\n")}\n`;
}

const placeText = ({ projectId, environment, secretPath }: Sync["source"]) =>
  `${projectId} ${environment}:${secretPath}`;

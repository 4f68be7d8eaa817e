/** What is wrong in a workflow of GitHub Actions, of what would only show in a release. */
import { parse } from "yaml";
import { z } from "zod";

const workflowSchema = z.object({
  permissions: z.object({}).strict(),
  jobs: z.record(
    z.string(),
    z.object({
      steps: z.array(z.object({ uses: z.string().optional(), run: z.string().optional() })),
    }),
  ),
});

/** @param scripts of package.json. @returns a line each; none where all is well */
export function problemsOf(text: string, scripts: readonly string[]): string[] {
  const { jobs } = workflowSchema.parse(parse(text));
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  const used = steps.flatMap(({ uses }) => uses ?? []);
  const commands = steps.flatMap((step) => step.run ?? []);
  return [
    ...used
      .filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(action))
      .map((action) => `${action} is not named by its commit`),
    ...commands
      .filter((command) => command.includes("${{"))
      .map((command) => `${command} has an expression in it, which a shell would run`),
    ...commands
      .flatMap((command) => [...command.matchAll(/npm run ([\w:-]+)/g)].map(([, script = ""]) => script))
      .filter((script) => !scripts.includes(script))
      .map((script) => `there is no script ${script}`),
  ];
}

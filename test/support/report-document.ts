import { documentSchema, type ReportDocument, reviewPart } from "../../automation/report/json.ts";
import type { Review } from "../../automation/review/model.ts";
import type { SyncReview } from "../../automation/review/sync-review.ts";

const TYPE = "pulumi-nodejs:dynamic/external-infisical:ExternalInfisicalSecretSync";

export interface SampleSync extends Partial<SyncReview> {
  operation?: string;
  status?: "planned" | "running" | "done" | "failed";
  properties?: Review["resources"][number]["properties"];
}

/** A review of some syncs, by name. */
export const sampleReview = (syncs: Record<string, SampleSync>, more: Partial<Review> = {}): Review => ({
  command: "preview",
  isPreview: true,
  resources: Object.entries(syncs).map(
    ([name, { operation = "update", status = "planned", properties = [], ...sync }]) => ({
      urn: `urn:pulumi:dev::demo::${TYPE}::${name}`,
      type: TYPE,
      name,
      parent: "",
      operation,
      status,
      properties,
      sync: {
        source: { projectId: "here", environment: "prod", secretPath: "/app" },
        destination: {
          projectId: "there",
          environment: "prod",
          secretPath: "/app",
          instanceUrl: "https://dr.example.com",
        },
        changes: [],
        effects: [],
        isUnknown: false,
        unchanged: 0,
        ...sync,
      },
    }),
  ),
  changes: { update: Object.keys(syncs).length },
  diagnostics: [],
  policies: [],
  result: "succeeded",
  durationSeconds: 3,
  ...more,
});

/** The document of such a review; the schema refuses one that the command would not make. */
export const sampleDocument = (review: Review, more: Partial<ReportDocument> = {}): ReportDocument =>
  documentSchema.strict().parse({
    version: 1,
    command: review.command,
    madeAt: "2026-03-01T12:00:00.000Z",
    engine: { kind: "local", version: "1.2.3" },
    project: "demo",
    stack: "dev",
    result: "succeeded",
    exitCode: 0,
    hasChanges: true,
    policies: [],
    ...reviewPart(review),
    ...more,
  });

/** A sync that makes so many keys. */
export const manyKeys = (count: number): SampleSync => ({
  changes: Array.from({ length: count }, (_, index) => ({
    key: `SETTING_${index}`,
    action: "create" as const,
    after: "1@12345678",
  })),
});

/** Texts that try to be more than text, in Markdown, HTML or a comment's commands. */
export const HOSTILE_TEXTS = [
  "<script>globalThis.hacked = 1</script>",
  "</script><script>globalThis.hacked = 2</script>",
  "</style><img src=x onerror=globalThis.hacked=3>",
  '" autofocus onfocus="globalThis.hacked=4',
  "' onmouseover='globalThis.hacked=5",
  "</title></code></td></table></details><svg onload=globalThis.hacked=6>",
  "javascript:globalThis.hacked=7",
  "--><h1>hacked</h1><!--",
  "| a | b |\n| --- | --- |",
  "a\\|b\\\\|c",
  "`` `code` ```",
  "\n\n# heading\n\n- list\n> quote",
  "\n/close\n/approve\n/merge",
  "@octocat @org/team #123 !45 ~label GH-1 owner/repo#6",
  "[link](https://evil.example) ![image](https://evil.example/x.png) <https://evil.example>",
  "https://evil.example www.evil.example me@evil.example",
  "</details><details open>",
  "$x^2$ :smile: [^1]\n\n[^1]: note",
  "&lt;b&gt; &#60;b&#62;",
  " ",
  "",
  "\\",
  "`",
  "\ud800",
];

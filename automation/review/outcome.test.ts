/** What the reports of a failed run tell: what was done of its plan, and what is not known. */
import { expect, test } from "vitest";
import { sampleDocument, sampleReview } from "../../test/support/report-document.ts";
import type { EngineEvent } from "../engines/engine.ts";
import { renderReview } from "../report/console.ts";
import { htmlPage } from "../report/html/page.ts";
import { reviewed, syncsOf } from "../report/json.ts";
import { markdownReport } from "../report/markdown/report.ts";
import { plain } from "../terminal/paint.ts";
import { createReview } from "./model.ts";

const TYPE = "pulumi-nodejs:dynamic/external-infisical:ExternalInfisicalSecretSync";
const URN = `urn:pulumi:dev::demo::${TYPE}::billing`;
const OLD = { keys: { A: "1@aaaaaaaa", GONE: "1@cccccccc" } };
const NEW = {
  keys: { A: "2@aaaaaaaa", B: "1@bbbbbbbb" },
  effects: { THEIRS: "delete (destination has 1@77aa31c0, not written by this sync)" },
};

type State = Record<string, unknown>;
const side = (inputs: State, outputs: State) => ({
  urn: URN,
  type: TYPE,
  id: "",
  parent: "",
  inputs,
  outputs,
});

function event(kind: string, old: State, inputs: State, outputs: State = {}) {
  const metadata = { op: "update", urn: URN, type: TYPE, old: side(OLD, old), new: side(inputs, outputs) };
  return { sequence: 0, timestamp: 0, [kind]: { metadata } } as unknown as EngineEvent;
}

const told = (message: string) =>
  ({ diagnosticEvent: { severity: "error", message, urn: URN } }) as unknown as EngineEvent;

/** The report of an update that fails after it has begun as announced. */
function reportOf(...ending: EngineEvent[]) {
  const builder = createReview("up");
  for (const each of [event("resourcePreEvent", {}, NEW), ...ending]) builder.add(each);
  const review = { ...builder.finish(), result: "failed" as const };
  const document = sampleDocument(review, { result: "failed" });
  const [{ sync } = expect.fail("no sync")] = syncsOf(document);
  return {
    outcome: sync.outcome,
    done: sync.keys.filter(({ isDone }) => isDone).map(({ key }) => key),
    texts: {
      console: renderReview(reviewed(review), {
        paint: plain,
        isFull: true,
        isBrief: false,
        tellsInfo: false,
      }),
      markdown: markdownReport(document).text,
      html: htmlPage(document),
    },
  };
}

const run = (id: string, notDone: string[]) => ({ syncStatus: "failed", lastSyncJobId: id, notDone });

test.each(["as they were (the local engine)", "as announced (the Pulumi CLI)"])(
  "a run that failed half-way is told key by key, with its inputs %s",
  (inputs) => {
    const failed = inputs.startsWith("as they") ? OLD : NEW;
    const { outcome, done, texts } = reportOf(
      event("resOpFailedEvent", run("j1", ["OTHER"]), failed, run("j2", ["B", "THEIRS"])),
      told("The run of billing stopped half-way"),
    );
    expect({ outcome, done }).toEqual({ outcome: "half-way", done: ["GONE", "A"] });
    expect(texts.console).toMatch(/keys: 1 updated, 1 deleted, 2 not done/);
    expect(texts.console).toMatch(/B +1@bbbbbbbb {2}not done/);
    expect(texts.markdown).toMatch(/^\*\*Update failed: 1 updated, 1 deleted, 2 not done\*\* in 1 sync/m);
    expect(texts.markdown).toMatch(/^\| `~` update · done \| `A` \|/m);
    expect(texts.markdown).toMatch(/^\| `-` delete · \*\*not done\*\* \| `THEIRS` \|/m);
    expect(texts.markdown, "nothing foreign was deleted").not.toMatch(/\[!WARNING\]/);
    expect(texts.html).toMatch(/<strong>2<\/strong><span>not done/);
    expect(texts.html).toMatch(/create <span class="fate not-done">not done<\/span><\/td><td><code>B</);
  },
);

test.each([
  [
    "fails without a record",
    [event("resOpFailedEvent", {}, NEW, {}), told("error reading from server: EOF")],
  ],
  [
    "shows a record that an earlier run has left",
    [event("resOpFailedEvent", run("j1", []), NEW, run("j1", []))],
  ],
  ["never ends", []],
])("of a run that %s it is told loudly that nobody knows", (_name, ending) => {
  const { outcome, done, texts } = reportOf(...ending);
  expect({ outcome, done }).toEqual({ outcome: "unknown", done: [] });
  for (const text of Object.values(texts)) {
    expect(text).toMatch(/Not known what was done/);
    expect(text).not.toMatch(/\d (?:created|updated)/);
  }
  expect(texts.console).toMatch(/keys: 1 to create, 1 to update, 2 to delete/);
  expect(texts.markdown).toMatch(/^\*\*Update failed: of 4 keys not known\*\* in 1 sync/m);
  expect(texts.markdown).toMatch(/1 key that the sync did not write: 1 deleted\. Of 1 key it is not known/);
  expect(texts.markdown).toMatch(/^\| `\+` create · \*\*not known\*\* \| `B` \|/m);
});

test("a run that was refused before it wrote is told as not done", () => {
  const { outcome, texts } = reportOf(
    event("resOpFailedEvent", {}, NEW),
    told("The plan has changed; nothing was written."),
  );
  expect(outcome).toBe("none");
  expect(texts.console).toMatch(/keys: 4 not done/);
  expect(texts.markdown).toMatch(/^\*\*Update failed: 4 not done\*\* in 1 sync/m);
  expect(texts.html).not.toMatch(/Not known/);
});

test("syncs that were done with before another one failed are told as done", () => {
  const changes = [{ key: "A", action: "create" as const, after: "1@aaaaaaaa" }];
  const review = sampleReview(
    {
      first: { status: "done", changes },
      second: { status: "failed", outcome: "half-way", notDone: ["A"], changes },
    },
    { command: "up", isPreview: false, result: "failed" },
  );
  const { text } = markdownReport(sampleDocument(review, { result: "failed" }));
  expect(text).toMatch(/^\*\*Update failed: 1 created, 1 not done\*\* in 1 of 2 syncs/m);
  expect(text).toMatch(/### `first` · updated\n.*\n1 created\n/s);
});

test("a paused sync is told with the run that it was rolled back to", () => {
  const paused = { run: "5f0c", at: "2026-03-01T11:00:00.000Z" };
  const document = sampleDocument(sampleReview({ app: { operation: "same", paused } }));
  expect(syncsOf(document)[0]?.sync.paused).toEqual(paused);
  const text = /paused since 2026-03-01T11:00:00.000Z, when it was rolled back to run 5f0c/;
  const { text: markdown } = markdownReport(document);
  expect(markdown).toMatch(text);
  expect(markdown).toMatch(/^\*\*No keys change\*\* in 1 sync, 1 paused/m);
  expect(htmlPage(document)).toMatch(text);
});

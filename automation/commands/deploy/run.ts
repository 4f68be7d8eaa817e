/** `preview`, `up`, `refresh` and `destroy`. */
import type { ReportDocument } from "../../report/json.ts";
import { hasChanges } from "../../review/model.ts";
import type { Command } from "../../review/operations.ts";
import { openStack } from "../../stack/open-stack.ts";
import { requireConsent } from "../../terminal/consent.ts";
import { exitCodeOf } from "../../terminal/exit-codes.ts";
import type { Action } from "../runner.ts";
import { documentOf } from "./document.ts";
import { failureOf } from "./failure.ts";
import { type Outcome, operate } from "./operate.ts";
import { type DeployOptions, parseDeployOptions } from "./options.ts";

const USES = { preview: "preview", up: "deploy", refresh: "change", destroy: "change" } as const;

export const operation = (name: Command): Action<DeployOptions, Outcome, ReportDocument> => ({
  name,
  options: { parse: parseDeployOptions },
  async act(run) {
    const { options, session, opened, environment, shared } = run;
    requireConsent(name, options.yes, session);
    const stack = await openStack(run, USES[name]);
    return operate(name, { stack, options, session, environment, shared, policies: opened.policies ?? [] });
  },
  exitCodeOfError: exitCodeOf,
  hasChanges: ({ review }) => hasChanges(review?.changes ?? {}),
  document: documentOf,
  failure: failureOf,
  report: (document) => document,
});

/** `validate` checks files, and prints what is wrong with them or the syncs that they declare. */
import { ALLOWED_HOSTS, listHosts } from "../../../provider/hosts.ts";
import { listPolicyFiles } from "../../policies/read.ts";
import { EXIT } from "../../terminal/exit-codes.ts";
import type { Session } from "../../terminal/session.ts";
import type { Action } from "../runner.ts";
import type { Validation } from "./document.ts";
import { type ValidateOptions, validateOptions } from "./options.ts";
import { validationText } from "./text.ts";
import { validate as check } from "./validate.ts";

export const validate: Action<ValidateOptions, { validation: Validation }, Validation> = {
  name: "validate",
  options: validateOptions,
  async act({ place, options, session, environment }) {
    const validation = await check({
      folder: options.cwd ?? process.cwd(),
      place: options.file ?? place,
      policies: listPolicyFiles(options.policies, environment["EXTERNAL_INFISICAL_POLICIES"]),
      environment,
      allowedHosts: listHosts(options.allowHost, environment[ALLOWED_HOSTS]),
    });
    if (session.isPrinting) show(session.redactor.cleanAll(validation), session);
    return { validation };
  },
  exitCode: ({ validation }) => (validation?.result === "succeeded" ? EXIT.done : EXIT.configuration),
  document: ({ validation }, envelope) =>
    validation ?? { ...envelope, command: "validate", syncs: [], problems: [] },
  // What is wrong with the files has been shown.
  failure: ({ validation }, { error }) => (validation ? undefined : error),
};

function show(validation: Validation, { print, note, paintNotes }: Session): void {
  const { table, verdict } = validationText(validation);
  if (table !== "") print(table);
  note(validation.result === "succeeded" ? verdict : `${paintNotes("red", "error:")} ${verdict}`);
}

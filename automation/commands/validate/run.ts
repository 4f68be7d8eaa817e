/** Runs `validate`. */
import { ALLOWED_HOSTS, listHosts } from "../../../provider/hosts.ts";
import { listPolicyFiles } from "../../policies/read.ts";
import { EXIT } from "../../terminal/exit-codes.ts";
import { openSession } from "../../terminal/session.ts";
import { validateOptions } from "./options.ts";
import { validationText } from "./text.ts";
import { validate } from "./validate.ts";

/** @returns the exit code */
export async function runValidate(place: string | undefined, raw: unknown): Promise<number> {
  const options = validateOptions.parse(raw);
  using session = openSession(options);
  const { env } = process;
  const validation = await validate({
    folder: options.cwd ?? process.cwd(),
    place: options.file ?? place,
    policies: listPolicyFiles(options.policies, env["EXTERNAL_INFISICAL_POLICIES"]),
    environment: env,
    allowedHosts: listHosts(options.allowHost, env[ALLOWED_HOSTS]),
  });
  const shown = session.redactor.cleanAll(validation);
  if (options.json) {
    session.print(JSON.stringify(shown, null, 2));
    return validation.exitCode;
  }
  const { table, verdict } = validationText(shown);
  if (table !== "") session.print(table);
  const isRight = validation.exitCode === EXIT.done;
  session.note(isRight ? verdict : `${session.paintNotes("red", "error:")} ${verdict}`);
  return validation.exitCode;
}

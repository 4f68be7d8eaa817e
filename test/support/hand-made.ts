/** What the part of a command is called with that needs an open stack, made by hand: a session, and what a stack exports. */
import type { Deployment } from "../../automation/engines/engine.ts";
import { plain } from "../../automation/terminal/paint.ts";
import { createDocumentRedactor } from "../../automation/terminal/redact.ts";
import type { Session } from "../../automation/terminal/session.ts";

type Properties = Record<string, unknown>;

/** A session that keeps what is printed and asked. @param onQuestion what happens before an answer */
export function handMadeSession(onQuestion: () => unknown = () => undefined) {
  const printed: string[] = [];
  const asked: string[] = [];
  const abort = new AbortController();
  const redactor = createDocumentRedactor();
  const tell = (text: string) => void printed.push(text);
  return {
    printed,
    asked,
    abort,
    redactor,
    /** @param answer to every question */
    answering: (
      answer: "yes" | "no",
    ): Pick<Session, "redactor" | "paint" | "signal" | "print" | "headline" | "log" | "ask"> => ({
      ...{ redactor, paint: plain, signal: abort.signal, print: tell, headline: tell, log: tell },
      async ask(question, answers) {
        await onQuestion();
        asked.push(`${printed.join("\n")}\n${question}`);
        const given = answers.find((each) => each === answer);
        if (given === undefined) throw new Error(`Unexpected question: ${question}`);
        return given;
      },
    }),
  };
}

const TYPE = "pulumi-nodejs:dynamic/external-infisical:ExternalInfisicalSecretSync";
/** How an engine tells that a value was secret. */
export const SEAL = ["4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"] as const;

/** A sync as `pulumi stack export --show-secrets` has it. */
export function exportedSync(name: string, id: string, outs: Properties) {
  const { machineIdentityClientSecret: secret } = outs;
  const sealed = { [SEAL[0]]: SEAL[1], plaintext: JSON.stringify(secret) };
  const outputs: Properties = { ...outs, machineIdentityClientSecret: sealed, __provider: "closure" };
  return { urn: `urn:pulumi:dev::demo::${TYPE}::${name}`, type: TYPE, id, outputs };
}

/** Outputs as a provider gave them, before they were exported. */
export function openedOutputs(outputs: Properties): Properties {
  const { plaintext } = outputs["machineIdentityClientSecret"] as { plaintext: string };
  return { ...outputs, machineIdentityClientSecret: JSON.parse(plaintext) };
}

/** What a stack exports that has these resources. */
export const exported = (resources: readonly object[]): Deployment => ({
  version: 3,
  deployment: structuredClone({ resources }),
});

/** The key by which plan files are signed, and what is derived from it. */
import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { EngineError, type StackHandle } from "../engines/engine.ts";
import { canonicalJson } from "./canonical.ts";

const CONFIGURATION = "external-infisical:planKey";
const VARIABLE = "EXTERNAL_INFISICAL_PLAN_KEY";
const SHORTEST = 16;
const LABEL = "external-infisical plan file v1";

const SIGNATURE = /^[0-9a-f]{64}$/;

export interface PlanKey {
  sign(text: string): string;
  isSignatureOf(signature: string, text: string): boolean;
  /** Stands for a value that is not to be told. */
  fingerprint(value: unknown): string;
}

/** A secret becomes two keys of one purpose each. */
export function planKey(secret: string): PlanKey {
  const derive = (purpose: string) => Buffer.from(hkdfSync("sha256", secret, "", `${LABEL}: ${purpose}`, 32));
  const [signing, naming] = [derive("signature"), derive("fingerprint")];
  const mac = (text: string) => createHmac("sha256", signing).update(text).digest();
  return {
    sign: (text) => mac(text).toString("hex"),
    isSignatureOf(signature, text) {
      const right = mac(text);
      // Node would read other spellings as the same bytes.
      return SIGNATURE.test(signature) && timingSafeEqual(Buffer.from(signature, "hex"), right);
    },
    fingerprint: (value) =>
      createHmac("sha256", naming).update(canonicalJson(value)).digest("hex").slice(0, 16),
  };
}

/**
 * The key of a stack: its secret configuration, else the environment.
 *
 * @param addSecret is told the key, so that it is not printed
 * @throws EngineError `invalid-config` where there is none, or one that others can read or guess
 */
export async function readPlanKey(
  stack: Pick<StackHandle, "getAllConfig">,
  environment: Readonly<Record<string, string | undefined>>,
  addSecret: (secret: string) => void,
): Promise<PlanKey> {
  const configured = (await stack.getAllConfig())[CONFIGURATION];
  if (configured && !configured.secret) {
    throw new EngineError("invalid-config", `The configuration ${CONFIGURATION} stands there in clear.`, {
      hint: `Choose another key, and set it with --secret-config ${CONFIGURATION}=…`,
    });
  }
  const variable = environment[VARIABLE];
  if (configured?.value && variable && configured.value !== variable)
    throw new EngineError("invalid-config", `${VARIABLE} and the configuration ${CONFIGURATION} differ.`, {
      hint: "Leave one of them away: what a pull request can change must not take the place of the other.",
    });
  const secret = configured?.value || variable;
  if (!secret) {
    throw new EngineError("invalid-config", "Plan files are signed, and there is no key to sign with.", {
      hint: `Set one that previews and deployments share: --secret-config ${CONFIGURATION}=…, or ${VARIABLE}.`,
    });
  }
  addSecret(secret);
  if (secret.length >= SHORTEST) return planKey(secret);
  throw new EngineError("invalid-config", `The plan key has fewer than ${SHORTEST} characters.`, {
    hint: "Make one with: openssl rand -hex 32",
  });
}

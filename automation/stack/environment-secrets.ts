/** Secrets that the environment gives to the command itself, and not to a sync. */
import type { Session } from "../terminal/session.ts";

const VARIABLES = [
  "PULUMI_CONFIG_PASSPHRASE",
  "EXTERNAL_INFISICAL_PLAN_KEY",
  "EXTERNAL_INFISICAL_FINGERPRINT_KEY",
] as const;
const SHORTEST = 8;

/** Keeps them out of all that is printed, and warns of those that anybody could guess. */
export function keepEnvironmentSecrets(
  environment: Readonly<Record<string, string | undefined>>,
  { redactor, warn, paintNotes }: Pick<Session, "redactor" | "warn" | "paintNotes">,
): void {
  for (const variable of VARIABLES) {
    const secret = environment[variable];
    if (!secret) continue;
    redactor.add(secret);
    if (isWeak(secret))
      warn(
        `${paintNotes("yellow", "warning:")} ${variable} is short or a single word: it is easily guessed, and wherever messages of others hold that word, they read [secret]. Use 16 random characters or more.`,
      );
  }
}

const isWeak = (secret: string) => secret.length < SHORTEST || /^\p{L}+$/u.test(secret);

/** Secrets that the environment gives to the command itself, and not to a sync. */
import type { Session } from "../terminal/session.ts";

const VARIABLES = [
  "PULUMI_CONFIG_PASSPHRASE",
  "EXTERNAL_INFISICAL_PLAN_KEY",
  "EXTERNAL_INFISICAL_FINGERPRINT_KEY",
] as const;
const SHORTEST = 8;

type Environment = Readonly<Record<string, string | undefined>>;

/** Keeps them out of all that is printed. */
export function keepEnvironmentSecrets(environment: Environment, { redactor }: Pick<Session, "redactor">) {
  for (const variable of VARIABLES) redactor.add(environment[variable] ?? "");
}

/** Warns of those that anybody could guess: when a stack is made with them, and when all is examined. */
export function warnOfWeakSecrets(
  environment: Environment,
  { warn, paintNotes }: Pick<Session, "warn" | "paintNotes">,
): void {
  for (const variable of VARIABLES) {
    const secret = environment[variable];
    if (secret && isWeak(secret))
      warn(
        `${paintNotes("yellow", "warning:")} ${variable} is short or a single word: it is easily guessed, and wherever messages of others hold that word, they read [secret]. Use 16 random characters or more.`,
      );
  }
}

const isWeak = (secret: string) => secret.length < SHORTEST || /^\p{L}+$/u.test(secret);

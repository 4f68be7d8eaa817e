import { lookUp } from "../../provider/look-up.ts";
import { oneLine } from "../../provider/printable.ts";
import { type ConfigMap, EngineError } from "../engines/engine.ts";

type Environment = Readonly<Record<string, string | undefined>>;
interface Setting {
  key: string;
  value: string;
  secret: boolean;
}
interface Problem {
  problem: string;
}

/**
 * Configuration given on the command line.
 *
 * @throws EngineError `invalid-config` with a line for each setting that is none
 */
export function configOf(
  { config, secretConfig }: { config: readonly string[]; secretConfig: readonly string[] },
  environment: Environment,
): ConfigMap {
  const read = [...config.map(plainSetting), ...secretConfig.map((text) => secretSetting(text, environment))];
  const problems = read.flatMap((each) => ("problem" in each ? [each.problem] : []));
  if (problems.length > 0) throw new EngineError("invalid-config", problems.join("\n"));
  return Object.fromEntries(
    read.flatMap((each) =>
      "problem" in each ? [] : [[each.key, { value: each.value, secret: each.secret }]],
    ),
  );
}

function plainSetting(text: string): Setting | Problem {
  const { key, value } = split(text);
  if (key.trim() === "") return { problem: "--config must be key=value, and one has no key" };
  if (value === undefined) return { problem: `--config must be key=value, and ${oneLine(key)} has no value` };
  return { key, value, secret: false };
}

/** What may be a secret is not told. */
function secretSetting(text: string, environment: Environment): Setting | Problem {
  const { key, value } = split(text);
  if (key.trim() === "") return { problem: "--secret-config must be key=value or key, and one has no key" };
  const given = value ?? lookUp(environment, key);
  if (given !== undefined) return { key, value: given, secret: true };
  return { problem: `--secret-config ${oneLine(key)}: there is no environment variable ${oneLine(key)}` };
}

function split(text: string): { key: string; value?: string } {
  const at = text.indexOf("=");
  return at === -1 ? { key: text } : { key: text.slice(0, at), value: text.slice(at + 1) };
}

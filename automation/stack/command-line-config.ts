import { lookUp } from "../../provider/look-up.ts";
import type { ConfigMap } from "../engines/engine.ts";

/** Configuration given on the command line. */
export function configOf(
  { config, secretConfig }: { config: readonly string[]; secretConfig: readonly string[] },
  environment: Readonly<Record<string, string | undefined>>,
): ConfigMap {
  const plain = config.map((text) => [...split(text), false] as const);
  const secret = secretConfig.map((text) => {
    const [key, value] = split(text);
    return [key, text.includes("=") ? value : (lookUp(environment, key) ?? ""), true] as const;
  });
  return Object.fromEntries(
    [...plain, ...secret].map(([key, value, isSecret]) => [key, { value, secret: isSecret }]),
  );
}

function split(text: string): [string, string] {
  const at = text.indexOf("=");
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

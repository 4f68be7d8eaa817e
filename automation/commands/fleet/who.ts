import { hostname, userInfo } from "node:os";
import { EngineError } from "../../engines/engine.ts";

/** Who asks, for the history. */
export const whoAsks = ({ by }: { by?: string | undefined }): string =>
  by ?? `${userInfo().username}@${hostname()}`;

/** Those that are named. */
export const given = (place: string | undefined, more: readonly string[]): string[] =>
  place === undefined ? [...more] : [place, ...more];

/** The same, at least one. @throws EngineError `invalid-config` */
export function named(place: string | undefined, more: readonly string[], what: string): string[] {
  const names = given(place, more);
  if (names.length > 0) return names;
  throw new EngineError("invalid-config", `No ${what} is named.`, {
    hint: `\`external-infisical fleet status\` lists them.`,
  });
}

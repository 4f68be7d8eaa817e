/** Major and minor version that this package needs. */
export const NEEDED = [22, 19] as const;

/** What to tell somebody whose Node is too old for this package; nothing where it is new enough. */
export function oldNodeMessage(version: string = process.versions.node): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) return undefined;
  return `external-infisical needs Node ${NEEDED.join(".")} or later; this is ${version} (${process.execPath}). To have one for this folder alone: npm install node@24`;
}

/** For entry points that other programs load. */
export function requireNode(): void {
  const message = oldNodeMessage();
  if (message !== undefined) throw new Error(message);
}

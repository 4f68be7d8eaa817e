/** What pages print for readers to copy. */

/** Blocks that a line with a file's name introduces: name → text. */
export const printedFiles = (page: string): [name: string, text: string][] =>
  [...page.matchAll(/^`([\w./-]+)`[^\n]*:\n\n```\w+\n(.*?)^```$/gms)].map(([, name = "", text = ""]) => [
    name,
    text,
  ]);

/** The block of commands that has a line which begins with these words. */
export function printedCommands(page: string, words: string): string {
  const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = ""]) => block);
  const [found, ...others] = blocks.filter((block) => `\n${block}`.includes(`\n${words}`));
  if (found === undefined || others.length > 0)
    throw new Error(`${others.length + 1} blocks of commands, or none, have ${words}`);
  return found;
}

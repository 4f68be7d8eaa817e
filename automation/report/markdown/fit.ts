/** Cuts a report to what a comment holds. */

/** A part of a report that may be cut between its rows. */
export interface Block {
  open: string[];
  rows: string[];
  close: string[];
  /** What a row is one of. */
  unit: "key" | "message" | "sync" | "resource" | "rule";
}

/** What was left out, by unit. */
type Left = Partial<Record<Block["unit"], number>>;

/**
 * The lines of the blocks, as many as fit.
 *
 * @param limit in characters, where a line break counts as two: some send it as such
 */
export function fitInto(blocks: readonly Block[], limit: number): { lines: string[]; left: Left } {
  const lines: string[] = [];
  const left: Left = {};
  let room = limit;
  let isFull = false;
  const leave = (unit: Block["unit"], count: number) => {
    if (count > 0) left[unit] = (left[unit] ?? 0) + count;
  };
  for (const { open, rows, close, unit } of blocks) {
    const frame = sizeOf([...open, ...close]);
    if (isFull || frame + sizeOf(rows.slice(0, 1)) > room) {
      isFull = true;
      leave(unit, Math.max(1, rows.length));
      continue;
    }
    room -= frame;
    let taken = 0;
    while (taken < rows.length && sizeOf(rows.slice(taken, taken + 1)) <= room) {
      room -= sizeOf(rows.slice(taken, taken + 1));
      taken += 1;
    }
    lines.push(...open, ...rows.slice(0, taken), ...close);
    leave(unit, rows.length - taken);
    isFull = taken < rows.length;
  }
  return { lines, left };
}

export const sizeOf = (lines: readonly string[]): number =>
  lines.reduce((size, line) => size + line.length + 2, 0);

/** Server-sent events, out of the pieces in which they come. */

export interface EventFrame {
  event: string;
  data: string;
}

/** An event is a few hundred bytes: what goes on for longer is none. */
const MOST_CHARACTERS = 1_048_576;

/** @returns takes a piece, and answers with the events that end in it. @throws where one does not end */
export function eventFrames(): (text: string) => EventFrame[] {
  let rest = "";
  return (text) => {
    const blocks = (rest + text.replaceAll("\r", "")).split("\n\n");
    rest = blocks.pop() ?? "";
    if (rest.length > MOST_CHARACTERS) throw new Error("An event does not end.");
    return blocks.map(frameOf);
  };
}

function frameOf(block: string): EventFrame {
  const fields = block.split("\n").map((line) => /^(\w+): ?(.*)$/.exec(line) ?? []);
  const valuesOf = (name: string) =>
    fields.flatMap(([, field, value = ""]) => (field === name ? [value] : []));
  return { event: valuesOf("event").at(-1) ?? "message", data: valuesOf("data").join("\n") };
}

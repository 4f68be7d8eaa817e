/** https://learn.microsoft.com/windows/win32/debug/pe-format */

/** Where the certificates stand among the directories of a 64-bit program's optional header. */
const CERTIFICATES = 112 + 4 * 8;
const OPTIONAL_HEADER = 24;
const PE32_PLUS = 0x20b;

/** The program without the signature of somebody who has not seen what is put into it. */
export function unsigned(program: Buffer): Buffer {
  const header = program.readUInt32LE(0x3c);
  const optional = header + OPTIONAL_HEADER;
  if (
    program.toString("latin1", header, header + 4) !== "PE\0\0" ||
    program.readUInt16LE(optional) !== PE32_PLUS
  )
    throw new Error("This is no 64-bit program for Windows");
  const place = program.readUInt32LE(optional + CERTIFICATES);
  const size = program.readUInt32LE(optional + CERTIFICATES + 4);
  if (size === 0) return program;
  if (place + size !== program.length) throw new Error("The signature is not at the end of the program");
  const rest = Buffer.from(program.subarray(0, place));
  rest.fill(0, optional + CERTIFICATES, optional + CERTIFICATES + 8);
  return rest;
}

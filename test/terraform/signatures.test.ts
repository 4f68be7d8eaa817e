/** Small programs of the forms of macOS and Windows, in what the signatures of a real one depend on. */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { signed } from "../../scripts/terraform/executable/mac-signature.ts";
import { unsigned } from "../../scripts/terraform/executable/windows-signature.ts";

const PAGE = 4096;

describe("a program for macOS", () => {
  it("has the hash of each of its pages in its signature, and its parts reach to its end", () => {
    const program = signed(macProgram(3 * PAGE + 5), "some-program");
    const { codeSize, hashes } = readSignature(program);
    expect(codeSize).toBe(3 * PAGE + 16);
    expect(hashes).toEqual(pagesOf(program.subarray(0, codeSize)));
  });

  it("is signed anew where it is signed already", () => {
    const once = signed(macProgram(2 * PAGE), "some-program");
    expect(signed(once, "some-program")).toEqual(once);
    const changed = Buffer.from(once);
    changed[PAGE + 1] = 7;
    const { codeSize, hashes } = readSignature(signed(changed, "some-program"));
    expect(hashes).toEqual(pagesOf(changed.subarray(0, codeSize)));
    expect(hashes).not.toEqual(readSignature(once).hashes);
  });

  it("is refused where it has no room for a command, and where it is none", () => {
    const full = macProgram(2 * PAGE);
    full[32 + 2 * 72] = 1;
    expect(() => signed(full, "some-program")).toThrow("no room");
    expect(() => signed(Buffer.alloc(PAGE), "some-program")).toThrow("no 64-bit program for macOS");
  });
});

describe("a program for Windows", () => {
  it("loses its signature, and nothing else", () => {
    const program = windowsProgram(600);
    const withSignature = Buffer.concat([program, Buffer.alloc(40, 9)]);
    withSignature.writeUInt32LE(600, CERTIFICATES);
    withSignature.writeUInt32LE(40, CERTIFICATES + 4);
    expect(unsigned(withSignature)).toEqual(program);
    expect(unsigned(program)).toEqual(program);
  });

  it("is refused where its signature is in its middle, and where it is none", () => {
    const program = windowsProgram(600);
    program.writeUInt32LE(400, CERTIFICATES);
    program.writeUInt32LE(40, CERTIFICATES + 4);
    expect(() => unsigned(program)).toThrow("not at the end");
    expect(() => unsigned(Buffer.alloc(600))).toThrow("no 64-bit program for Windows");
  });
});

/** A header, the segments __TEXT and __LINKEDIT, and bytes. */
function macProgram(size: number): Buffer {
  const program = Buffer.alloc(size);
  for (let at = PAGE; at < size; at++) program[at] = at % 251;
  program.writeUInt32LE(0xfeedfacf, 0);
  program.writeUInt32LE(2, 16);
  program.writeUInt32LE(2 * 72, 20);
  for (const [index, name, offset, length] of [
    [0, "__TEXT", 0, PAGE],
    [1, "__LINKEDIT", PAGE, size - PAGE],
  ] as const) {
    const at = 32 + index * 72;
    program.writeUInt32LE(0x19, at);
    program.writeUInt32LE(72, at + 4);
    program.write(name, at + 8, "latin1");
    program.writeBigUInt64LE(BigInt(offset), at + 40);
    program.writeBigUInt64LE(BigInt(length), at + 48);
  }
  return program;
}

/** Read by the forms' own description, and with nothing of what writes them. */
function readSignature(program: Buffer): { codeSize: number; hashes: string[] } {
  const command = 32 + 2 * 72;
  expect(program.readUInt32LE(16)).toBe(3);
  expect(program.readUInt32LE(command)).toBe(0x1d);
  const [offset, size] = [program.readUInt32LE(command + 8), program.readUInt32LE(command + 12)];
  expect(offset + size).toBe(program.length);
  const linkEdit = 32 + 72;
  expect(program.readBigUInt64LE(linkEdit + 40) + program.readBigUInt64LE(linkEdit + 48)).toBe(
    BigInt(program.length),
  );
  expect(program.readUInt32BE(offset)).toBe(0xfade0cc0);
  const directory = program.subarray(offset + program.readUInt32BE(offset + 16));
  expect(directory.readUInt32BE(0)).toBe(0xfade0c02);
  const name = directory.readUInt32BE(20);
  expect(directory.toString("latin1", name, name + 13)).toBe("some-program\0");
  const at = directory.readUInt32BE(16);
  const hashes = Array.from({ length: directory.readUInt32BE(28) }, (_, page) =>
    directory.toString("hex", at + 32 * page, at + 32 * (page + 1)),
  );
  return { codeSize: directory.readUInt32BE(32), hashes };
}

const pagesOf = (code: Buffer): string[] =>
  Array.from({ length: Math.ceil(code.length / PAGE) }, (_, page) =>
    createHash("sha256")
      .update(code.subarray(page * PAGE, (page + 1) * PAGE))
      .digest("hex"),
  );

const CERTIFICATES = 64 + 24 + 112 + 32;

function windowsProgram(size: number): Buffer {
  const program = Buffer.alloc(size, 3);
  program.writeUInt32LE(64, 0x3c);
  program.write("PE\0\0", 64, "latin1");
  program.writeUInt16LE(0x20b, 64 + 24);
  program.fill(0, CERTIFICATES, CERTIFICATES + 8);
  return program;
}

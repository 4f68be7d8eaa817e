/**
 * An ad-hoc signature: of nobody, but with the hash of each page, without which macOS starts no program on arm64.
 * Forms: `mach-o/loader.h` and `kern/cs_blobs.h` of Apple's open sources; Go's linker signs in the same way.
 */
import { createHash } from "node:crypto";

const MACHO_64 = 0xfeedfacf;
const HEADER = 32;
const LC_SEGMENT_64 = 0x19;
const LC_CODE_SIGNATURE = 0x1d;
const SIGNATURE_COMMAND = 16;
/** Memory is given out in pages of this size, in bytes, on arm64. */
const MEMORY_PAGE = 0x4000;

const SUPER_BLOB = 0xfade0cc0;
const CODE_DIRECTORY = 0xfade0c02;
const SUPER_BLOB_SIZE = 20;
const DIRECTORY_SIZE = 88;
const VERSION = 0x20400;
const AD_HOC = 2;
const SHA256 = 2;
const HASH_SIZE = 32;
const PAGE_BITS = 12;
const PAGE = 1 << PAGE_BITS;
const MAIN_BINARY = 1;

interface Segment {
  /** Of its command in the file. */
  at: number;
  name: string;
  fileOffset: number;
  fileSize: number;
}

/** @param name of the program, as the signature tells it */
export function signed(program: Buffer, name: string): Buffer {
  if (program.readUInt32LE(0) !== MACHO_64) throw new Error("This is no 64-bit program for macOS");
  const { segments, signature, end } = commandsOf(program);
  const text = segmentOf(segments, "__TEXT");
  const linkEdit = segmentOf(segments, "__LINKEDIT");

  const codeSize = roundUp(signature?.offset ?? program.length, 16);
  const identifier = Buffer.from(`${name}\0`, "latin1");
  const pages = Math.ceil(codeSize / PAGE);
  const size = roundUp(SUPER_BLOB_SIZE + DIRECTORY_SIZE + identifier.length + pages * HASH_SIZE, 16);

  const whole = Buffer.alloc(codeSize + size);
  program.copy(whole, 0, 0, Math.min(program.length, codeSize));
  // The command that says where the signature is; the signature is of it as well.
  const command = signature?.at ?? addCommand(whole, end);
  whole.writeUInt32LE(codeSize, command + 8);
  whole.writeUInt32LE(size, command + 12);
  const linkEditSize = codeSize + size - linkEdit.fileOffset;
  whole.writeBigUInt64LE(BigInt(roundUp(linkEditSize, MEMORY_PAGE)), linkEdit.at + 32);
  whole.writeBigUInt64LE(BigInt(linkEditSize), linkEdit.at + 48);

  const blob = whole.subarray(codeSize);
  const directorySize = DIRECTORY_SIZE + identifier.length + pages * HASH_SIZE;
  // One blob, which is of kind 0, the directory.
  writeAll(blob, 0, [SUPER_BLOB, SUPER_BLOB_SIZE + directorySize, 1, 0, SUPER_BLOB_SIZE]);
  const directory = blob.subarray(SUPER_BLOB_SIZE);
  const hashes = DIRECTORY_SIZE + identifier.length;
  writeAll(directory, 0, [
    CODE_DIRECTORY,
    directorySize,
    VERSION,
    AD_HOC,
    hashes,
    DIRECTORY_SIZE,
    0,
    pages,
    codeSize,
  ]);
  directory.set([HASH_SIZE, SHA256, 0, PAGE_BITS], 36);
  directory.writeBigUInt64BE(BigInt(text.fileOffset), 64);
  directory.writeBigUInt64BE(BigInt(text.fileSize), 72);
  directory.writeBigUInt64BE(BigInt(MAIN_BINARY), 80);
  identifier.copy(directory, DIRECTORY_SIZE);
  for (let page = 0; page < pages; page++) {
    const bytes = whole.subarray(page * PAGE, Math.min((page + 1) * PAGE, codeSize));
    createHash("sha256")
      .update(bytes)
      .digest()
      .copy(directory, hashes + page * HASH_SIZE);
  }
  return whole;
}

function commandsOf(program: Buffer) {
  const segments: Segment[] = [];
  let signature: { at: number; offset: number } | undefined;
  let at = HEADER;
  for (let left = program.readUInt32LE(16); left > 0; left--) {
    const kind = program.readUInt32LE(at);
    if (kind === LC_SEGMENT_64)
      segments.push({
        at,
        name: program.toString("latin1", at + 8, at + 24).replace(/\0+$/, ""),
        fileOffset: Number(program.readBigUInt64LE(at + 40)),
        fileSize: Number(program.readBigUInt64LE(at + 48)),
      });
    if (kind === LC_CODE_SIGNATURE) signature = { at, offset: program.readUInt32LE(at + 8) };
    at += program.readUInt32LE(at + 4);
  }
  return { segments, signature, end: at };
}

function segmentOf(segments: readonly Segment[], name: string): Segment {
  const found = segments.find((segment) => segment.name === name);
  if (!found) throw new Error(`The program for macOS has no segment ${name}`);
  return found;
}

/** @returns where it is: behind the last one, in room that linkers leave */
function addCommand(program: Buffer, end: number): number {
  if (program.subarray(end, end + SIGNATURE_COMMAND).some((byte) => byte !== 0))
    throw new Error("The program for macOS has no room for a command more");
  program.writeUInt32LE(program.readUInt32LE(16) + 1, 16);
  program.writeUInt32LE(program.readUInt32LE(20) + SIGNATURE_COMMAND, 20);
  program.writeUInt32LE(LC_CODE_SIGNATURE, end);
  program.writeUInt32LE(SIGNATURE_COMMAND, end + 4);
  return end;
}

/** Numbers of four bytes, the highest byte first. */
function writeAll(blob: Buffer, at: number, numbers: readonly number[]): void {
  for (const [index, number] of numbers.entries()) blob.writeUInt32BE(number, at + 4 * index);
}

const roundUp = (size: number, unit: number) => Math.ceil(size / unit) * unit;

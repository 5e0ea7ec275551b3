import { type FileHandle, open, rename } from "node:fs/promises";
import { crc32 } from "node:zlib";

/** Whose snapshot it is. One of another build or another log is not used. */
export interface SnapshotOwner {
  /** The hash of the code that folds. */
  readonly build: string;
  readonly logId: string;
}

interface Header extends SnapshotOwner {
  readonly magic: string;
  /** CRC-32 of all that follows: it is damage that it tells, not malice. */
  readonly checksum: number;
  /** Where the slices end and the table of their lengths begins. */
  readonly tableAt: number;
}

const magic = "RHUMBSNP4";
const headerBytes = 512;
/** Read at once. A piece is in memory as long as one slice of it is. */
const pieceBytes = 1 << 20;

/** Written beside the old one and put in its place. */
export async function writeSnapshot(file: string, owner: SnapshotOwner, slices: Iterable<Buffer>): Promise<void> {
  const handle = await open(`${file}.new`, "w");
  try {
    const lengths: number[] = [];
    let checksum = 0;
    let tableAt = headerBytes;
    const write = async (bytes: Buffer): Promise<void> => {
      checksum = crc32(bytes, checksum);
      await handle.write(bytes);
    };
    await handle.write(Buffer.alloc(headerBytes));
    for (const slice of slices) {
      await write(slice);
      lengths.push(slice.length);
      tableAt += slice.length;
    }
    await write(Buffer.from(JSON.stringify(lengths)));
    const header = Buffer.alloc(headerBytes);
    header.write(JSON.stringify({ magic, ...owner, checksum, tableAt } satisfies Header));
    await handle.write(header, 0, headerBytes, 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
}

/** @returns the slices; undefined: there is none of this owner, or it is damaged. */
export async function readSnapshot(file: string, owner: SnapshotOwner): Promise<Buffer[] | undefined> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (handle === undefined) return undefined;
  try {
    const { size } = await handle.stat();
    const header = parse<Header>(untilNul(await read(handle, 0, headerBytes)));
    if (header?.magic !== magic || header.build !== owner.build || header.logId !== owner.logId) return undefined;
    if (header.tableAt > size) return undefined;
    const table = await read(handle, header.tableAt, size - header.tableAt);
    const lengths = parse<number[]>(table) ?? [];
    if (headerBytes + sum(lengths) !== header.tableAt) return undefined;
    const { slices, checksum } = await readSlices(handle, lengths);
    return crc32(table, checksum) === header.checksum ? slices : undefined;
  } finally {
    await handle.close();
  }
}

async function readSlices(handle: FileHandle, lengths: readonly number[]) {
  const slices: Buffer[] = [];
  let checksum = 0;
  let at = headerBytes;
  for (const piece of inPieces(lengths)) {
    const bytes = await read(handle, at, sum(piece));
    checksum = crc32(bytes, checksum);
    at += bytes.length;
    let start = 0;
    for (const length of piece) {
      slices.push(bytes.subarray(start, start + length));
      start += length;
    }
  }
  return { slices, checksum };
}

/** The lengths of slices that are read together. */
function* inPieces(lengths: readonly number[]): Generator<number[]> {
  let piece: number[] = [];
  let bytes = 0;
  for (const length of lengths) {
    piece.push(length);
    bytes += length;
    if (bytes < pieceBytes) continue;
    yield piece;
    piece = [];
    bytes = 0;
  }
  if (piece.length > 0) yield piece;
}

const sum = (lengths: readonly number[]): number => lengths.reduce((total, length) => total + length, 0);

async function read(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafeSlow(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}

const untilNul = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.indexOf(0));

function parse<T>(bytes: Buffer): T | undefined {
  try {
    return JSON.parse(bytes.toString("utf8")) as T;
  } catch {
    // What is damaged is the same as none: the log has everything.
    return undefined;
  }
}

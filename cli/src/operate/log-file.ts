import { createReadStream } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { LogCopy } from "@rhumbline/proto/rhumbline/eventlog/v1/event_log_admin";
import { CommandFailed } from "../errors/usage-error.ts";

/** A copy of an event log in a file: this mark, then each piece as its length (32 bits, big endian) and its protobuf bytes. */
const mark = Buffer.from("rhumbline event log copy 1\n");
/** A piece is a gRPC message: larger ones are not ours. */
const maxPieceBytes = 16 * 2 ** 20;

/** Writes the pieces beside the file and puts it in place when it is complete and on the disk. */
export async function writeLogFile(file: string, pieces: AsyncIterable<LogCopy>): Promise<void> {
  const unfinished = `${file}.unfinished`;
  const handle = await open(unfinished, "w");
  try {
    await writePieces(handle, pieces);
  } catch (error) {
    await handle.close();
    await rm(unfinished, { force: true });
    throw error;
  }
  await handle.close();
  await rename(unfinished, file);
}

async function writePieces(handle: FileHandle, pieces: AsyncIterable<LogCopy>): Promise<void> {
  await handle.write(mark);
  for await (const piece of pieces) {
    const bytes = LogCopy.encode(piece).finish();
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    await handle.write(length);
    await handle.write(bytes);
  }
  await handle.sync();
}

/** @throws {CommandFailed} the file is no copy, or was cut short within a piece. */
export async function* readLogFile(file: string): AsyncGenerator<LogCopy> {
  let waiting = Buffer.alloc(0);
  let marked = false;
  for await (const chunk of createReadStream(file)) {
    waiting = Buffer.concat([waiting, chunk as Buffer]);
    if (!marked) {
      if (waiting.length < mark.length) continue;
      if (!waiting.subarray(0, mark.length).equals(mark)) throw notACopy(file);
      waiting = waiting.subarray(mark.length);
      marked = true;
    }
    for (let piece = firstPiece(waiting); piece !== undefined; piece = firstPiece(waiting)) {
      if (piece.length > maxPieceBytes) throw notACopy(file);
      if (waiting.length < 4 + piece.length) break;
      yield LogCopy.decode(waiting.subarray(4, 4 + piece.length));
      waiting = waiting.subarray(4 + piece.length);
    }
  }
  if (!marked) throw notACopy(file);
  if (waiting.length > 0) throw new CommandFailed(`${file} was cut short`);
}

const firstPiece = (bytes: Buffer): { length: number } | undefined =>
  bytes.length < 4 ? undefined : { length: bytes.readUInt32BE(0) };

const notACopy = (file: string): CommandFailed =>
  new CommandFailed(`${file} is no copy of an event log that rhumb log backup made`);

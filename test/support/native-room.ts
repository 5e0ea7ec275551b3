import { existsSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { deserialize, serialize } from "node:v8";
import type { LabHost } from "@rhumbline/infra/lab";
import type { AskRoom } from "../../services/node-agent/src/kernel/native/room.ts";
import { eventually } from "./eventually.ts";

/** The native driver's room, in a lab host.
 *  @param listens whether it hears of changes in the kernel.
 *  @param under put before the command. */
export async function nativeRoomIn(
  host: LabHost,
  { listens = false, under = [] }: { readonly listens?: boolean; readonly under?: readonly string[] } = {},
): Promise<AskRoom> {
  const socketPath = join(host.folder, "native-room.sock");
  const program = join(import.meta.dirname, "native-room-program.ts");
  const repository = join(import.meta.dirname, "../..");
  const argv = [...under, process.execPath, "--import", "tsx", program, socketPath, ...(listens ? ["listening"] : [])];
  await host.spawn(argv, {
    name: "native-room",
    cwd: repository,
  });
  await eventually(() => {
    if (!existsSync(socketPath)) throw new Error(`nobody listens on ${socketPath}`);
  });
  const socket = connect(socketPath);
  const waiting: ((line: string) => void)[] = [];
  createInterface({ input: socket }).on("line", (line) => waiting.shift()?.(line));
  const ask = (question: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      waiting.push((line) => {
        const answered = deserialize(Buffer.from(line, "base64")) as { answer: unknown } | { error: string };
        if ("error" in answered) reject(new Error(answered.error));
        else resolve(answered.answer);
      });
      socket.write(`${serialize(question).toString("base64")}\n`);
    });
  return ask as AskRoom;
}

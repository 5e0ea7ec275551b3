import { spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";

/** flock's exit code when somebody else has the lock; any other says that it did not work. */
const heldByAnother = 75;

/** Takes a file's lock for as long as this process lives: the kernel drops it at its end, kill -9 included. Node has no
 *  flock(2); the lock belongs to the open file, which the program shares with us (flock(1), last form).
 *  @returns gives it up; undefined: another process has it. */
export function lockFile(path: string): (() => void) | undefined {
  const file = openSync(path, "a", 0o600);
  const { status, error, stderr } = spawnSync(
    "flock",
    ["--nonblock", "--conflict-exit-code", String(heldByAnother), "3"],
    {
      stdio: ["ignore", "ignore", "pipe", file],
      encoding: "utf8",
    },
  );
  if (status === 0) return () => closeSync(file);
  closeSync(file);
  if (status === heldByAnother) return undefined;
  throw new Error(`flock ${path}: ${error?.message ?? stderr.trim()}`);
}

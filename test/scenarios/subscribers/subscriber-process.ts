import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

const samples = join(import.meta.dirname, "../../../docs/subscribers");

export interface Sample {
  readonly title: string;
  /** The command line, but for the server, the consumer's name and the file of the last position. */
  readonly argv: readonly string[];
  /** How it is told where NATS is. */
  server(port: number): string;
}

export const sampleSubscribers: readonly Sample[] = [
  {
    title: "in TypeScript with the NATS client",
    argv: [process.execPath, "--import", "tsx", join(samples, "follow-events.ts")],
    server: (port) => `nats://127.0.0.1:${port}`,
  },
  {
    title: "in Python with the standard library",
    argv: ["python3", join(samples, "follow_events.py")],
    server: (port) => `127.0.0.1:${port}`,
  },
];

export interface SubscriberProcess {
  /** What it printed. */
  readonly lines: readonly string[];
  kill(): Promise<void>;
}

export function startSubscriber({ argv, server }: Sample, port: number, positionFile: string): SubscriberProcess {
  const [program = "", ...args] = [...argv, server(port), "sample", positionFile];
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
  return {
    lines,
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

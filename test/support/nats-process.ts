import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, connect as tcpConnect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const startDeadlineMs = 20_000;

/** A nats-server of its own, with JetStream, on a free port of the loopback and with its own store. */
export class NatsProcess {
  readonly port: number;
  readonly storeDir: string;
  #child: ChildProcess | undefined;

  private constructor(port: number, storeDir: string) {
    this.port = port;
    this.storeDir = storeDir;
  }

  static async start(): Promise<NatsProcess> {
    const nats = await NatsProcess.create();
    await nats.restart();
    return nats;
  }

  /** Port and store, and nothing listening yet. */
  static async create(): Promise<NatsProcess> {
    return new NatsProcess(await freePort(), await mkdtemp(join(tmpdir(), "rhumbline-nats-")));
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** 0 while it is not running. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Starts it on the same port and store; it must not be running. */
  async restart(): Promise<void> {
    const args = ["-a", "127.0.0.1", "-p", String(this.port), "-js", "-sd", this.storeDir];
    const child = spawn("nats-server", args, { stdio: "ignore" });
    this.#child = child;
    const failed = once(child, "error").then(([error]) => Promise.reject(error));
    await Promise.race([untilListening(this.port), failed]);
  }

  /** As an operator stops it: streams are flushed. */
  stop(): Promise<void> {
    return this.#end("SIGTERM");
  }

  kill(): Promise<void> {
    return this.#end("SIGKILL");
  }

  /** Deletes all that it stored; it must not be running. */
  async wipe(): Promise<void> {
    await rm(this.storeDir, { recursive: true, force: true });
  }

  async dispose(): Promise<void> {
    await this.kill();
    await this.wipe();
  }

  async #end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port on the loopback");
  return address.port;
}

async function untilListening(port: number): Promise<void> {
  const deadline = Date.now() + startDeadlineMs;
  while (!(await listens(port))) {
    if (Date.now() > deadline)
      throw new Error(`nats-server does not listen on port ${port} after ${startDeadlineMs} ms`);
    await pause(50);
  }
}

async function listens(port: number): Promise<boolean> {
  const socket = tcpConnect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false; // Refused: not yet.
  } finally {
    socket.destroy();
  }
}

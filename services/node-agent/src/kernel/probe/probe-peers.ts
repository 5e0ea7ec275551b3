import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Logger } from "@rhumbline/telemetry";
import { probeEveryMs, probeProgram } from "./probe-program.ts";

/** A node whose kernel is asked for echoes. */
export interface Peer {
  readonly nodeId: string;
  /** In the form in which the kernel prints it. */
  readonly tunnelIp: string;
}

interface PeerSilence {
  readonly nodeId: string;
  /** For how long echoes were asked for in vain; 0: the last one came. */
  readonly silentMs: number;
}

export interface PeerProbes {
  /** Probes these from now on, in place of those before. */
  probe(peers: readonly Peer[]): void;
  /** Called from now on when all were asked again: whoever is silent has been so for longer. */
  onAsked(listener: () => void): void;
  /** Of each peer. Empty while nobody asks. */
  silences(): PeerSilence[];
  stop(): void;
}

const startAgainMs = 1000;

/** Probes peers from a program of its own, which is started again when it dies. Silence is counted in requests that were
 *  sent, never by the clock: an agent that is held up takes no peer for dead. */
export function probePeers(logger: Logger, start: () => ChildProcess = startProgram): PeerProbes {
  let peers: readonly Peer[] = [];
  let asked = new Map<string, number>();
  let program: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let told = (): void => undefined;

  const tell = (): void => void program?.stdin?.write(`${peers.map(({ tunnelIp }) => tunnelIp).join(" ")}\n`);
  const heard = (line: string): void => {
    const answered = line.split(" ");
    for (const { tunnelIp } of peers)
      asked.set(tunnelIp, answered.includes(tunnelIp) ? 1 : (asked.get(tunnelIp) ?? 0) + 1);
    told();
  };
  const run = (): void => {
    const child = start();
    program = child;
    asked = new Map();
    child.stdin?.on("error", () => {}); // it ended: that is told by close
    if (child.stdout) createInterface(child.stdout).on("line", heard);
    child.on("error", (error) => logger.error({ err: error }, "can't probe other nodes"));
    child.on("close", (code, signal) => {
      asked = new Map();
      if (stopped) return;
      logger.warn({ code, signal }, "the program that probes other nodes ended; starting it again");
      timer = setTimeout(run, startAgainMs);
    });
    tell();
  };
  run();
  return {
    probe(wanted) {
      peers = wanted;
      asked = new Map([...asked].filter(([address]) => wanted.some(({ tunnelIp }) => tunnelIp === address)));
      tell();
    },
    onAsked(listener) {
      told = listener;
    },
    silences() {
      return peers.flatMap(({ nodeId, tunnelIp }) => {
        const unanswered = asked.get(tunnelIp);
        // The last request may be on its way.
        return unanswered === undefined ? [] : [{ nodeId, silentMs: Math.max(0, unanswered - 1) * probeEveryMs }];
      });
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
      program?.kill("SIGKILL");
    },
  };
}

function startProgram(): ChildProcess {
  return spawn("python3", ["-I", "-S", "-c", probeProgram], { stdio: ["pipe", "pipe", "inherit"] });
}

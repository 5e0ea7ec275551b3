import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Logger } from "@rhumbline/telemetry";
import { allParts, type HearChanges, PlacesSoFar } from "../places.ts";
import { eventsProgram } from "./events-program.ts";

export interface KernelWatch {
  /** Whether changes are heard of now. */
  readonly listening: boolean;
  /** Settles when they are for the first time, or when that failed: what is looked at before has to be looked at again. */
  readonly ready: Promise<void>;
  /** Devices of the host whose sysctls are of interest though their names don't tell. They replace those told before. */
  lookAt(devices: readonly string[]): void;
  stop(): void;
}

export interface KernelWatchParts {
  /** Something was changed. Own changes are told as well: who is told compares and finds nothing to do. */
  readonly changed: HearChanges;
  readonly logger: Logger;
  /** Starts the program that listens; its standard input is a pipe at whose end it ends. */
  readonly start?: () => ChildProcess;
}

const startAgainMs = 1000;

/** Tells of changes in the host's kernel and in every router's namespace within half a second, mostly within
 *  milliseconds. A program that listens and dies is started again; what happened meanwhile may be anywhere. */
export function watchKernel({ changed, logger, start = startEventsProgram }: KernelWatchParts): KernelWatch {
  let listening = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let program: ChildProcess | undefined;
  let devices: readonly string[] = [];
  let isReady = (): void => undefined;
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });

  // A program that ended takes nothing: the next one is told.
  const tell = (child: ChildProcess): void => void child.stdin?.write(`${devices.join(" ")}\n`, () => {});
  const told = (what: string): void => {
    if (what === "ready") listening = true;
    isReady();
    logger.debug({ what }, "kernel events");
    changed("anywhere", "others");
  };
  const run = (): void => {
    const child = start();
    program = child;
    child.stdin?.on("error", (error) => logger.debug({ err: error }, "the listening program takes no names"));
    if (devices.length > 0) tell(child);
    readChanges(child, changed, told);
    child.on("error", (error) => logger.error({ err: error }, "can't listen for changes in the kernel"));
    child.on("close", (code, signal) => {
      listening = false;
      isReady();
      if (stopped) return;
      logger.warn({ code, signal }, "the program that listens for changes in the kernel ended; starting it again");
      timer = setTimeout(run, startAgainMs);
    });
  };
  run();
  return {
    get listening() {
      return listening;
    },
    ready,
    lookAt: (named) => {
      if (named.join() === devices.join()) return;
      devices = named;
      if (program !== undefined) tell(program);
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      program?.kill("SIGKILL");
    },
  };
}

/** A line "<namespace> <what>" each; "-" is the host, "*" anywhere. Lines that come together are one change. */
function readChanges(child: ChildProcess, changed: KernelWatchParts["changed"], told: (what: string) => void): void {
  if (child.stdout === null) return;
  let heardOf = new PlacesSoFar();
  const flush = (): void => {
    const { places } = heardOf;
    heardOf = new PlacesSoFar();
    if (places.size > 0) changed(places, "others");
  };
  createInterface(child.stdout).on("line", (line) => {
    const [place = "", what = ""] = line.split(" ");
    if (place === "*") return told(what);
    if (heardOf.places.size === 0) setImmediate(flush);
    // The driver that this program is for reads a place as a whole.
    heardOf.add(place === "-" ? "" : place, allParts);
    // The host knows which there are.
    if (what === "namespace") heardOf.add("", allParts);
  });
}

function startEventsProgram(): ChildProcess {
  return spawn("python3", ["-I", "-S", "-c", eventsProgram], { stdio: ["pipe", "pipe", "inherit"] });
}

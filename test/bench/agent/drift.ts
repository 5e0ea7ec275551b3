import { setTimeout as pause } from "node:timers/promises";
import { sampleId } from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import { middleOf } from "../middle.ts";
import type { Row } from "../row.ts";
import { type NodeWithRouters, sizes, withNode } from "./node-with-routers.ts";
import { cpuMs, untilAtRest } from "./process-cost.ts";

const largest = 1_000;
const samples = 9;
/** Looks that follow each other are held apart. */
const apartMs = 1_000;
const idleSeconds = 20;
/** For the look and the repair: it is noticed at once. */
const targetMs = 50;

/** How long something that somebody takes out of a router is missing, and what listening for it costs. */
export async function drift(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of sizes) rows.push(...(await withNode((node) => driftAt(node, size))));
  return rows;
}

async function driftAt({ lab, agent, realise }: NodeWithRouters, size: number): Promise<Row[]> {
  await realise(size);
  const missing: number[] = [];
  for (let sample = 0; sample < samples; sample += 1) {
    await pause(apartMs);
    missing.push(Number(await lab.node.output(["python3", "-c", takeOut, `qrouter-${sampleId("a", size)}`])));
  }
  await untilAtRest(agent().pid);
  const before = cpuMs(agent().pid);
  await pause(idleSeconds * 1_000);
  const busyMs = cpuMs(agent().pid) - before;
  const judged = size === largest;
  const median = middleOf(missing);
  return [
    {
      ...{ name: "a route taken out of a router stands again", size, unit: "ms", value: median },
      ...{ floor: undefined, target: judged ? targetMs : undefined },
    },
    {
      ...{ name: "an idle agent, of one processor", size, unit: "%", value: busyMs / (idleSeconds * 10) },
      ...{ floor: undefined, target: judged ? 1 : undefined },
    },
  ];
}

/** Deletes the default route of the namespace that it is told, and prints how many ms it was missing: it reads the kernel's own
 *  table, whose first line is a heading. */
const takeOut = `
import ctypes, os, subprocess, sys, time
namespace = os.open("/run/netns/" + sys.argv[1], os.O_RDONLY)
if ctypes.CDLL(None, use_errno=True).setns(namespace, 0x40000000) != 0:
    sys.exit("setns failed")
def missing():
    with open("/proc/thread-self/net/route") as table:
        return not any(line.split()[1] == "00000000" for line in table.readlines()[1:])
if missing():
    sys.exit("it has no default route")
subprocess.run(["ip", "route", "delete", "default"], check=True)
began = time.monotonic()
while missing():
    time.sleep(0.001)
print((time.monotonic() - began) * 1000)
`;

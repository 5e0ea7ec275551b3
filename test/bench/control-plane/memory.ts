import { readFileSync } from "node:fs";
import { startControlPlane } from "../../support/control-plane.ts";
import type { Row } from "../row.ts";
import { writeLogOfPorts } from "./log-of-ports.ts";
import { relayed } from "./relayed.ts";

/** Each is relayed whole before it is looked at: more sizes would take more than two minutes. */
const sizes = [1, 10_000, 100_000];
/** Of all processes together. */
const targetMb = 900;

/** What the processes of a control plane hold of the machine's memory, each page shared by its share, files mapped apart:
 *  by how many ports there are. */
export async function memory(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of sizes) rows.push(...(await rowsOf(size)));
  return rows;
}

async function rowsOf(ports: number): Promise<Row[]> {
  const plane = await startControlPlane([], (folder) => writeLogOfPorts(folder, ports));
  try {
    await relayed(plane);
    const each = [...plane.services.values()].map(({ name, pid }) => ({ name, mb: privateMb(pid) }));
    const row = (what: string, value: number, target?: number): Row => ({
      name: `memory of ${what}`,
      ...{ size: ports, value, unit: "MB", target, floor: undefined },
    });
    const all = plane.pids.reduce((total, pid) => total + privateMb(pid), 0);
    return [row("the whole control plane", all, targetMb), ...each.map(({ name, mb }) => row(name, mb))];
  } finally {
    await plane.stop();
  }
}

/** Its proportional share (PSS) of what is mapped, but for files: proc_pid_smaps_rollup(5). */
function privateMb(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const kb = ["Pss_Anon", "Pss_Shmem"].map((name) => Number(new RegExp(`^${name}: *(\\d+) kB`, "m").exec(text)?.[1]));
  return kb.reduce((total, each) => total + each, 0) / 1024;
}

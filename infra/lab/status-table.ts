import { isAlive } from "./hosts/host-processes.ts";
import { openLab } from "./lab.ts";
import type { LabState } from "./lab-state.ts";

const titles = ["LAB", "STATE", "HOST", "ADDRESS", "PID", "PROCESSES", "NAMESPACES"];

/** One aligned line a host of each lab; a lab without living hosts has one line. */
export async function statusTable(states: readonly LabState[]): Promise<string> {
  if (states.length === 0) return "no lab is up\n";
  const rows = await Promise.all(states.map(rowsOf));
  return align([titles, ...rows.flat()]);
}

async function rowsOf(state: LabState): Promise<string[][]> {
  const { name } = state.plan;
  if (!isAlive(state.keeper)) return [[name, `dead: its keeper ${state.keeper.pid} is gone`]];
  if (Object.keys(state.pid1ByHost).length === 0) return [[name, "starting"]];
  const lab = openLab(name);
  return Promise.all(
    [lab.fabric, ...lab.hosts].map(async (host) => {
      if (!host.isOn()) return [name, "off", host.name, host.address ?? "-"];
      const namespaces = (await host.netnsNames()).length;
      const processes = host.processes().length;
      return [name, "up", host.name, host.address ?? "-", `${host.pid}`, `${processes}`, `${namespaces}`];
    }),
  );
}

function align(rows: readonly (readonly string[])[]): string {
  const widths = titles.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "));
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

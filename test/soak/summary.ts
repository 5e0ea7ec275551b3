import type { SoakResult } from "./soak.ts";

/** What a soak did and found, for people. */
export function summary({ commands, faults, pings, growth, before, after, failures }: SoakResult): string {
  const kinds = [...new Set(faults.map(({ kind }) => kind))].map(
    (kind) => `${faults.filter((fault) => fault.kind === kind).length} ${kind}`,
  );
  const rows = [
    ["commands", `${commands.done} done, ${commands.refused} refused`],
    ["faults", kinds.join(", ") || "none"],
    ["told in the log", `${faults.filter(({ told }) => told).length} of those that leave an event`],
    [
      "pings through it all",
      `${pings.sent} sent, ${pings.lost} lost, longest silence ${Math.round(pings.longestGapMs)} ms`,
    ],
    ["namespaces", `${before.namespaces} before, ${after.namespaces} after`],
    ["devices", `${before.devices} before, ${after.devices} after`],
    ["connections tracked", `${before.connections} before, ${after.connections} after`],
    ...growth.map(({ name, residentBytes, bytesPerMinute, descriptors, moreDescriptors }) => [
      name,
      `${mebibytes(residentBytes)}, ${signed(bytesPerMinute)} a minute in the calm; ${descriptors} descriptors, ${moreDescriptors < 0 ? "" : "+"}${moreDescriptors}`,
    ]),
  ];
  const width = Math.max(...rows.map(([name = ""]) => name.length));
  const lines = rows.map(([name = "", text]) => `${name.padEnd(width)}  ${text}`);
  const end = failures.length === 0 ? ["it holds"] : failures.map((failure) => `FAILED  ${failure}`);
  return [...lines, ...end].map((line) => `${line}\n`).join("");
}

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
const signed = (bytes: number): string => `${bytes < 0 ? "" : "+"}${mebibytes(bytes)}`;

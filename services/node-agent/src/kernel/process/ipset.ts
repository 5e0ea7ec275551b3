import { setTimeout as pause } from "node:timers/promises";
import type { ChangeFilter } from "../../plan/operation.ts";
import type { FilterElement, FilterObject } from "../../security/filter-object.ts";
import type { Programs } from "./programs.ts";

/** Sets that come, and what comes into sets and goes. Done line by line: rules that look them up stand meanwhile.
 *  @returns ipset's words when it refuses. */
export async function fillSets(programs: Programs, changes: readonly ChangeFilter[]): Promise<string | undefined> {
  const put = changes.flatMap((change) => change.put.filter(ofIpset));
  const remove = changes.flatMap((change) => change.remove.filter(ofIpset));
  const going = new Set(remove.flatMap((object) => (object.kind === "set" ? [object.name] : [])));
  const lines = [
    ...put.flatMap((object) => (object.kind === "set" ? [`create ${object.name} ${object.lines.join(" ")}`] : [])),
    ...put.filter(isElement).map(({ set, key }) => `add ${set} ${key}`),
    ...remove
      .filter(isElement)
      .filter(({ set }) => !going.has(set))
      .map(({ set, key }) => `del ${set} ${key}`),
  ];
  return lines.length === 0 ? undefined : run(programs, lines);
}

/** For so long the kernel may hold a set after the last rule that looked it up: it takes rules down behind the answer. */
const destroyAttempts = 50;
const attemptEveryMs = 20;

/** Sets that go, once no rule looks them up.
 *  @returns ipset's words when it refuses. */
export async function destroySets(programs: Programs, changes: readonly ChangeFilter[]): Promise<string | undefined> {
  const names = changes.flatMap(({ remove }) =>
    remove.filter(ofIpset).flatMap((object) => (object.kind === "set" ? [object.name] : [])),
  );
  if (names.length === 0) return undefined;
  const lines = names.map((name) => `destroy ${name}`);
  for (let attempt = 1; ; attempt += 1) {
    const error = await run(programs, lines);
    if (error === undefined || !error.includes("in use") || attempt === destroyAttempts) return error;
    await pause(attemptEveryMs);
  }
}

const ofIpset = ({ table }: FilterObject): boolean => table === "ipset";
const isElement = (object: FilterObject): object is FilterElement => object.kind === "element";

/** `-exist`: what was done already is done. */
async function run(programs: Programs, lines: readonly string[]): Promise<string | undefined> {
  const { code, stderr } = await programs.run(["ipset", "-exist", "restore"], `${lines.join("\n")}\n`);
  return code === 0 ? undefined : stderr.trim() || `ipset ended with ${code}`;
}

import { applyPlan } from "../../../services/node-agent/src/apply/apply-plan.ts";
import { processKernel } from "../../../services/node-agent/src/kernel/process/process-kernel.ts";
import type { ObservedKernel } from "../../../services/node-agent/src/observed/observed-kernel.ts";
import type { Operation } from "../../../services/node-agent/src/plan/operation.ts";
import type { KernelLab } from "../../support/kernel-lab.ts";

/** A process for each command of iproute2, as agents had it for long; or what can go together in one `ip -batch`. Rules go
 *  by iptables-restore either way. */
export type ClassicWay = "processes" | "batches";

interface Command {
  readonly argv: readonly string[];
  readonly input: string;
}

/** Processor time in ms that a shell and its programs take for the operations of a plan, on the lab's node.
 *  @param observed what the plan was made from. */
export async function classicMs(
  { node }: KernelLab,
  operations: readonly Operation[],
  observed: ObservedKernel,
  way: ClassicWay,
): Promise<number> {
  const commands = await commandsOf(operations, observed);
  const script = (way === "batches" ? commands : commands.flatMap(oneByOne)).map(shellLine).join("\n");
  const printed = await node.output(["bash", "--norc", "-c", 'set -e; eval "$(cat)"; times'], { input: script });
  return printed
    .split("\n")
    .slice(-3)
    .flatMap(minutesAndSeconds)
    .reduce((sum, ms) => sum + ms, 0);
}

/** What the agent's driver that uses programs would run. */
async function commandsOf(operations: readonly Operation[], observed: ObservedKernel): Promise<Command[]> {
  const commands: Command[] = [];
  const note = (argv: readonly string[], input: string): void => void commands.push({ argv, input });
  const kernel = processKernel({
    run: async (argv, input) => {
      note(argv, input);
      return { code: 0, stdout: "", stderr: "" };
    },
    start: note,
  });
  await applyPlan(kernel, operations, observed);
  return commands;
}

function oneByOne({ argv, input }: Command): Command[] {
  if (argv.at(-2) !== "-batch") return [{ argv, input }];
  const lines = input.split("\n").filter((line) => line !== "");
  return lines.map((line) => ({ argv: [...argv.slice(0, -2), ...line.replaceAll('"', "").split(" ")], input: "" }));
}

const shellLine = ({ argv, input }: Command): string =>
  `${argv.map(quoted).join(" ")} > /dev/null ${input === "" ? "< /dev/null" : `<<< ${quoted(input)}`}`;

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** A line of bash's `times`: "0m1.250s 0m0.310s". */
function minutesAndSeconds(line: string): number[] {
  return [...line.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, seconds]) => (60 * Number(minutes) + Number(seconds)) * 1000,
  );
}

import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { enterHost, environmentOfHost } from "./hosts/enter-host.ts";
import { endLab, openLab } from "./lab.ts";
import { controlHost, defaultLabName, nodeHosts } from "./lab-plan.ts";
import { readAllStates } from "./lab-state.ts";
import { requireLabCanRun } from "./requirements.ts";
import { startKeeper } from "./start-keeper.ts";
import { statusTable } from "./status-table.ts";

const usage = `usage: lab up [--name NAME] [--nodes node1,node2,...]
       lab down [--name NAME]
       lab status
       lab shell HOST [--name NAME] [--netns NAMESPACE] [-- COMMAND ...]
`;

const options = {
  name: { type: "string", default: defaultLabName },
  nodes: { type: "string", default: "node1" },
  netns: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

class UsageError extends Error {}

/** @returns the exit code: 0 done, 1 failed, 2 not understood. */
async function lab(args: string[]): Promise<number> {
  try {
    return await runCommand(args);
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`lab: ${error.message}\n${usage}`);
      return 2;
    }
    process.stderr.write(`lab: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

async function runCommand(args: string[]): Promise<number> {
  const { values, positionals } = parse(args);
  const [command, ...rest] = positionals;
  if (values.help) return say(usage);
  switch (command) {
    case "up":
      return up(values.name, values.nodes.split(","));
    case "down":
      return say((await endLab(values.name)) ? `lab ${values.name} is down\n` : `lab ${values.name} was not up\n`);
    case "status":
      return say(await statusTable(readAllStates()));
    case "shell":
      return shell(values.name, values.netns, rest);
    default:
      throw new UsageError(command === undefined ? "a command is missing" : `unknown command ${command}`);
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function up(name: string, nodes: readonly string[]): Promise<number> {
  requireLabCanRun();
  await startKeeper({ name, hosts: [controlHost, ...nodeHosts(...nodes)] }, (step) => say(`${step}\n`));
  return say(`lab ${name} is up\n`);
}

function shell(name: string, netns: string | undefined, [hostName, ...command]: readonly string[]): number {
  if (hostName === undefined) throw new UsageError("shell needs a HOST");
  requireLabCanRun();
  const host = openLab(name).host(hostName);
  const argv = command.length > 0 ? command : ["bash", "--norc", "-i"];
  const [program = "", ...args] = enterHost(host.pid, netns, argv);
  const prompt = `${host.netns(netns ?? "").title.replace(/\/$/, "")}:\\w# `;
  const env = environmentOfHost({ PS1: prompt, TERM: "xterm" });
  return spawnSync(program, args, { env, stdio: "inherit" }).status ?? 1;
}

function say(text: string): 0 {
  process.stdout.write(text);
  return 0;
}

process.exitCode = await lab(process.argv.slice(2));

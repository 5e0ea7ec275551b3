import { parseArgs } from "node:util";
import { controlHost, defaultLabName, endLab, manyNodes, nodeHosts, openLab } from "@rhumbline/infra/lab";
import { startKeeper } from "../lab/start-keeper.ts";
import { controlPlane, nodeAgent } from "./programs.ts";
import { stackIn } from "./stack.ts";

const usage = `usage: stack up [--name NAME] [--nodes ${manyNodes.join(",")}]
                 a lab with Rhumbline installed and running. A node whose name begins with "compute" is for instances
                 and not on the external network, one that begins with "network" is for routers, others are for both
       stack down [--name NAME]
`;

/** @returns the exit code: 0 done, 1 failed, 2 not understood. */
async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      name: { type: "string", default: defaultLabName },
      nodes: { type: "string", default: manyNodes.join(",") },
    },
  });
  switch (positionals[0]) {
    case "up":
      return up(values.name, nodeHosts(...values.nodes.split(",")));
    case "down":
      return say((await endLab(values.name)) ? `lab ${values.name} is down` : `lab ${values.name} was not up`);
    default:
      process.stderr.write(usage);
      return 2;
  }
}

async function up(name: string, nodes: ReturnType<typeof nodeHosts>): Promise<number> {
  await startKeeper({ name, hosts: [controlHost, ...nodes], dualStack: true }, say);
  const lab = openLab(name);
  const programs = [...controlPlane(controlHost), ...nodes.map((node) => nodeAgent(node, controlHost))];
  const stack = stackIn(lab, controlHost.name, programs);
  say(`starting ${programs.map((program) => program.name).join(", ")}`);
  await stack.start();
  await stack.ready(nodes.length);
  say(`lab ${name} is up, its log files are in ${lab.workFolder}`);
  say("a shell on the control host, where rhumb is at hand:  npm run --silent lab -- shell control");
  return say(
    `a shell on a node:  npm run --silent lab -- shell ${nodes[0]?.name}     and take it all down:  make down`,
  );
}

function say(text: string): 0 {
  process.stdout.write(`${text}\n`);
  return 0;
}

// The processes it started go on; what it holds of them would keep it from ending.
process.exit(
  await main(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`stack: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }),
);

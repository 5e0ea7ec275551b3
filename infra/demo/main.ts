import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { controlHost, endLab, type Lab, machineFootprint, nodeHosts, startLab } from "@rhumbline/infra/lab";
import { type Narrator, narrator } from "./narrator.ts";
import { runStory } from "./story.ts";

/** Runs the main job in a lab on this machine and takes everything away again, whatever happens.
 *  Another lab name lets two demos run side by side. */
const labName = process.argv[2] ?? "demo";

async function main(tell: Narrator): Promise<number> {
  await endLab(labName);
  const before = JSON.stringify(machineFootprint());
  tell.part("A lab: a control host, three nodes and a world outside, each with kernel namespaces of its own");
  const lab = await startLab(
    { name: labName, hosts: [controlHost, ...nodeHosts("node1", "node2", "node3")] },
    tell.note,
  );
  const interrupted = (): void => void lab.down().finally(() => process.exit(130));
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  try {
    await runStory(lab, tell);
  } catch (error) {
    tell.failed(error, lastLogLines(lab));
    return 1;
  } finally {
    await lab.down();
  }
  tell.proved("the machine is as it was before", JSON.stringify(machineFootprint()) === before);
  tell.summary();
  return 0;
}

const linesShown = 6;

function lastLogLines(lab: Lab): string[] {
  const spoken = lab.hosts.filter(({ logFolder }) => existsSync(logFolder));
  return spoken.flatMap(({ name, logFolder }) =>
    readdirSync(logFolder)
      .filter((file) => file.endsWith(".log"))
      .flatMap((file) => {
        const lines = readFileSync(join(logFolder, file), "utf8").trimEnd().split("\n");
        return [`${name}/${file}`, ...lines.slice(-linesShown).map((line) => `  ${line.slice(0, 300)}`)];
      }),
  );
}

if (spawnSync("id", ["-u"], { encoding: "utf8" }).stdout.trim() !== "0") {
  process.stdout.write("The demo makes network namespaces, which takes root: run it as root (sudo make demo).\n");
  process.exit(1);
}
process.exit(await main(narrator(process.stdout)));

import type { LabHost } from "@rhumbline/infra/lab";
import { linesIn } from "./printed-text.ts";

const folder = "/run/rhumbline/helpers";

/** Programs that serve a namespace, found in it by their environment; and the files that they were given. */
export async function printedHelpers(node: LabHost, namespaces: readonly string[]): Promise<string[]> {
  const running = await Promise.all(namespaces.map((name) => printedPrograms(node, name)));
  return [...running.flat(), ...(await printedFiles(node))];
}

async function printedPrograms(node: LabHost, namespace: string): Promise<string[]> {
  const pids = linesIn(await node.output(["ip", "netns", "pids", namespace]));
  const names = new Set<string>();
  for (const pid of pids) {
    const { stdout } = await node.run(["cat", `/proc/${pid}/environ`]);
    const [, name] = /(?:^|\0)RHUMBLINE_HELPER=([^\0]*)/.exec(stdout) ?? [];
    if (name !== undefined) names.add(name);
  }
  return Promise.all(
    [...names].map(async (name) => {
      const config = await node.output(["cat", `${folder}/${name}/config`]);
      return `${namespace}: runs ${name} with ${JSON.stringify(config)}`;
    }),
  );
}

/** Those below a helper's folder; beside its configuration stands what the program itself keeps. */
async function printedFiles(node: LabHost): Promise<string[]> {
  const { stdout } = await node.run(["find", folder, "-mindepth", "3", "-type", "f", "-printf", "%P\\n"]);
  return Promise.all(
    linesIn(stdout).map(
      async (path) => `host: file ${path} ${JSON.stringify(await node.output(["cat", `${folder}/${path}`]))}`,
    ),
  );
}

import { inNamespace, type Programs } from "./programs.ts";

const endOfSection = "--- end of section ---";

/** Commands as one shell runs them, what each prints apart from the others'. */
export function script(commands: readonly string[]): string {
  return ["set -e", ...commands.flatMap((command) => [command, `echo; echo "${endOfSection}"`])].join("\n");
}

/** What each command of a script prints.
 *  @throws Error with the programs' own words. */
export async function sections(programs: Programs, netns: string, commands: string): Promise<string[]> {
  const { code, stdout, stderr } = await programs.run(inNamespace(netns, ["sh", "-c", commands]), "");
  if (code !== 0) throw new Error(`the kernel of ${netns || "the host"} can't be read: ${stderr.trim()}`);
  return stdout.split(endOfSection);
}

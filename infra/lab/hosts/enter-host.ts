import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { patience } from "../patience.ts";
import type { CommandResult, RunOptions } from "./place.ts";

const rhumb = join(import.meta.dirname, "../../../cli/bin");

/** What programs in hosts inherit: nothing of the caller's environment but where Node is, and `rhumb`. */
const hostEnvironment = {
  PATH: `${dirname(process.execPath)}:${rhumb}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
  HOME: "/root",
  LANG: "C.UTF-8",
};

const defaultDeadlineMs = 60_000;

export function environmentOfHost(added: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { ...hostEnvironment, ...added };
}

/** The command line that runs `argv` inside the host whose pid 1 is `hostPid`, in one of its named network
 *  namespaces if given. `ip netns exec` is what an operator types, and it shows the namespace's own /sys. */
export function enterHost(hostPid: number, netns: string | undefined, argv: readonly string[], cwd = "/"): string[] {
  const inNetns = netns === undefined ? [] : ["ip", "netns", "exec", netns];
  return [...enterNamespaces(hostPid), "env", `--chdir=${cwd}`, ...inNetns, ...argv];
}

/** The prefix of a command line that enters all of a host's namespaces. */
function enterNamespaces(hostPid: number): string[] {
  return ["nsenter", `--target=${hostPid}`, "--net", "--mount", "--uts", "--ipc", "--pid", "--"];
}

/** Runs a command line to its end in the environment of a host. */
export async function runToEnd(commandLine: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
  const [program = "", ...args] = commandLine;
  const child = spawn(program, args, { env: environmentOfHost(options.env), stdio: "pipe" });
  // A command that ends without reading its input breaks the pipe; its exit code tells what matters.
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  const code = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve(exitCode ?? 128));
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, stdout, stderr };
}

/** Ends the command inside the host at the deadline: killing `nsenter` would leave it running there. */
export function withDeadline(argv: readonly string[], deadlineMs = defaultDeadlineMs): string[] {
  return ["timeout", "--kill-after=5", `${(deadlineMs * patience) / 1000}`, ...argv];
}

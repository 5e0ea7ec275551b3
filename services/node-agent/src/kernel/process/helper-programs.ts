import { type HelperProgram, helperFolder, helperPath } from "../../desired/desired-helper.ts";
import {
  type ForgetLeases,
  type HelperOperation,
  isHelperOperation,
  type StartHelper,
} from "../../plan/helper-operation.ts";
import type { Operation } from "../../plan/operation.ts";
import type { BatchResult } from "../kernel.ts";
import type { Programs } from "./programs.ts";
import { quoted } from "./quoted.ts";

/** In a helper's environment: its name, by which a process is known as ours with no memory, and what its device was. */
export const helperVariable = "RHUMBLINE_HELPER";
export const deviceIndexVariable = "RHUMBLINE_DEVICE_INDEX";
/** Beside its files while it hasn't been told of all of them. */
export const staleFile = "stale";

/** Waits for a program at its end as long as it takes dnsmasq to let go of its sockets, a hundred times. */
const endsWithinTicks = 200;

/** How each program is started, and the folders that it looks into even while they are empty. */
const programs: Readonly<Record<HelperProgram, Start>> = {
  dnsmasq: { command: (config) => ["dnsmasq", `--conf-file=${config}`], folders: ["hosts", "names", "options"] },
  // Its configuration is the options that it is started with, one a line.
  radvd: { command: (config) => ["xargs", "--arg-file", config, "radvd"], folders: [] },
};

interface Start {
  readonly command: (config: string) => readonly string[];
  readonly folders: readonly string[];
}

/** Shell functions of the operations. A process is a helper's only if its environment says so: a pid file may be of
 *  another time. `$1` is the helper's name. */
const functions = `
set -eu
umask 022
is_of() { grep -zqsx "${helperVariable}=$1" "/proc/$2/environ"; }
pids_of() {
  { cat "${helperFolder}/$1/pid" 2>/dev/null || :; ip netns pids "$2" 2>/dev/null || :; } | sort -u | while read -r pid; do
    if is_of "$1" "$pid"; then echo "$pid"; fi
  done
}
end() {
  ticks=0
  for pid in $(pids_of "$1" "$2"); do
    kill "-$3" "$pid" 2>/dev/null || :
    while is_of "$1" "$pid"; do
      ticks=$((ticks + 1))
      if [ "$ticks" -gt ${endsWithinTicks} ]; then kill -KILL "$pid" 2>/dev/null || :; fi
      sleep 0.01
    done
  done
}
write() {
  mkdir -p "$(dirname "${helperFolder}/$1/$2")"
  cat > "${helperFolder}/$1/.new"
  mv "${helperFolder}/$1/.new" "${helperFolder}/$1/$2"
}
stale() {
  mkdir -p "${helperFolder}/$1"
  : > "${helperFolder}/$1/${staleFile}"
}
start() {
  index=$(ip -netns "$2" -oneline link show dev "$3" | cut -d: -f1)
  rm -f "${helperFolder}/$1/${staleFile}"
  shift 3
  nsenter --net="/run/netns/$netns" env ${helperVariable}="$helper" ${deviceIndexVariable}="$index" "$@" </dev/null
}
has_lease() { grep -qsF "$@" "${helperFolder}/$helper/leases"; }
forget_leases() {
  grep -vF "$@" "${helperFolder}/$helper/leases" > "${helperFolder}/$helper/.new" || :
  cat "${helperFolder}/$helper/.new" > "${helperFolder}/$helper/leases"
  rm "${helperFolder}/$helper/.new"
}
reload() {
  pid=$(cat "${helperFolder}/$1/pid")
  if ! is_of "$1" "$pid"; then echo "$1 does not run" >&2; exit 1; fi
  kill -HUP "$pid"
  rm -f "${helperFolder}/$1/${staleFile}"
}
`;

/** All of them in one shell, in their order, up to the first that fails. */
export async function runHelperOperations(programs: Programs, batch: readonly Operation[]): Promise<BatchResult> {
  const steps = batch.filter(isHelperOperation).map((operation) => `${shellLines(operation)}\necho done\n`);
  const { code, stdout, stderr } = await programs.run(["sh", "-s"], `${functions}${steps.join("")}`);
  const done = stdout.split("\n").filter((line) => line === "done").length;
  return { done, error: code === 0 ? undefined : stderr.trim() || `the shell ended with ${code}` };
}

function shellLines(operation: HelperOperation): string {
  const name = quoted(operation.helper);
  const file = (path: string): string => quoted(`${helperFolder}/${operation.helper}/${path}`);
  switch (operation.kind) {
    case "write-helper-file":
      return `stale ${name}\n${write(operation.helper, operation.path, operation.content)}`;
    case "delete-helper-file":
      return `stale ${name}\nrm -f ${file(operation.path)}`;
    case "start-helper":
      return startLines(operation);
    case "reload-helper":
      return `reload ${name}`;
    case "forget-helper-leases":
      return forgetLines(operation);
    case "remove-helper":
      return `end ${name} ${quoted(operation.netns)} ${operation.farewell ? "TERM" : "KILL"}\nrm -rf ${quoted(`${helperFolder}/${operation.helper}`)}`;
    default:
      return operation satisfies never;
  }
}

/** The configuration is written while nothing runs, so that what runs was started with what stands there. */
function startLines(operation: StartHelper): string {
  const { helper, netns, program, config } = operation;
  const [name, space] = [quoted(helper), quoted(netns)];
  return [
    `helper=${name} netns=${space}`,
    `end ${name} ${space} KILL`,
    write(helper, "config", config),
    ...programs[program].folders.map((folder) => `mkdir -p ${quoted(helperPath(helper, folder))}`),
    startLine(operation),
  ].join("\n");
}

/** It reads its leases at its start alone. Those of others it finds again. */
function forgetLines(operation: ForgetLeases): string {
  const [name, space] = [quoted(operation.helper), quoted(operation.netns)];
  const gone = operation.addresses.map((address) => `-e ${quoted(` ${address} `)}`).join(" ");
  return [
    `helper=${name} netns=${space}`,
    `if has_lease ${gone}; then`,
    `  end ${name} ${space} KILL`,
    `  forget_leases ${gone}`,
    `  ${startLine(operation)}`,
    "fi",
  ].join("\n");
}

function startLine({ helper, netns, device, program }: StartHelper | ForgetLeases): string {
  const argv = programs[program].command(helperPath(helper, "config")).map(quoted).join(" ");
  return `start ${quoted(helper)} ${quoted(netns)} ${quoted(device)} ${argv}`;
}

const endOfFile = "--- end of file ---";

const write = (helper: string, path: string, content: string): string =>
  `write ${quoted(helper)} ${quoted(path)} <<'${endOfFile}'\n${content}${endOfFile}`;

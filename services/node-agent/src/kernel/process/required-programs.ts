import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import type { SecurityBackend } from "../../security/model.ts";

/** Program -> the Debian package that it comes with. */
const packageByProgram: ReadonlyMap<string, string> = new Map([
  ["arping", "iputils-arping"],
  ["bridge", "iproute2"],
  ["conntrack", "conntrack"],
  ["dnsmasq", "dnsmasq-base"],
  ["flock", "util-linux"],
  ["grep", "grep"],
  ["ip", "iproute2"],
  ["iptables-restore", "iptables"],
  ["iptables-save", "iptables"],
  ["nft", "nftables"],
  ["nsenter", "util-linux"],
  ["python3", "python3"],
  ["radvd", "radvd"],
  ["sh", "dash"],
  ["sysctl", "procps"],
  ["unshare", "util-linux"],
  ["xargs", "findutils"],
]);

/** Of nodes whose ports iptables filters. */
const besidesForIptables: ReadonlyMap<string, string> = new Map([
  ["ip6tables-restore", "iptables"],
  ["ip6tables-save", "iptables"],
  ["ipset", "ipset"],
]);

export interface MissingProgram {
  readonly program: string;
  /** Debian's name. */
  readonly package: string;
}

/** What the driver starts and this host lacks.
 *  @param path folders, as in the environment's PATH. */
export function missingPrograms(backend: SecurityBackend, path = process.env["PATH"] ?? ""): MissingProgram[] {
  return [...packageByProgram, ...(backend === "iptables" ? besidesForIptables : [])]
    .filter(([program]) => !path.split(":").some((folder) => isExecutable(join(folder, program))))
    .map(([program, name]) => ({ program, package: name }));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // not there, or not ours to run: the next folder may have it
  }
}

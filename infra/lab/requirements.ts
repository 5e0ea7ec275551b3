import { accessSync, constants } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The programs a lab and its checks start, and the Debian package of each. */
const packageByProgram: Readonly<Record<string, string>> = {
  ip: "iproute2",
  bridge: "iproute2",
  ping: "iputils-ping",
  arping: "iputils-arping",
  python3: "python3",
  iptables: "iptables",
  "iptables-restore": "iptables",
  nft: "nftables",
  ipset: "ipset",
  conntrack: "conntrack",
  tcpdump: "tcpdump",
  sysctl: "procps",
  unshare: "util-linux",
  nsenter: "util-linux",
  mount: "mount",
};

/** Folders that each host covers with its own: nothing that a host must reach may lie there. */
const privateFolders = ["/run/", "/var/lib/"];

export class LabCannotRun extends Error {
  override readonly name = "LabCannotRun";
}

/** Why no lab can run here, in one line; undefined when it can. Tests skip with it, commands end with it. */
export function whyLabCannotRun(): string | undefined {
  if (process.getuid?.() !== 0) return "a lab needs root, to make network namespaces: run it with sudo";
  const missing = Object.keys(packageByProgram).filter((program) => !isInstalled(program));
  if (missing.length > 0) {
    const packages = [...new Set(missing.map((program) => packageByProgram[program]))];
    return `a lab needs ${missing.join(", ")}, missing here: apt-get install ${packages.join(" ")}`;
  }
  const hidden = [process.execPath, import.meta.dirname, join(tmpdir(), "rhumbline-lab")].find((path) =>
    privateFolders.some((folder) => path.startsWith(folder)),
  );
  if (hidden !== undefined) {
    return `${hidden} cannot be reached from a lab's hosts, which have their own ${privateFolders.join(" and ")}: move it`;
  }
  return undefined;
}

/** @throws LabCannotRun */
export function requireLabCanRun(): void {
  const reason = whyLabCannotRun();
  if (reason !== undefined) throw new LabCannotRun(reason);
}

function isInstalled(program: string): boolean {
  return ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"].some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false; // not in this folder
    }
  });
}

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { LabHost } from "@rhumbline/infra/lab";
import type { ShellBlock } from "../../support/shell-lines.ts";

const here = import.meta.dirname;
const repository = join(here, "../../..");

/** Folders of the machine that an installation writes to. In a fresh host each is covered by a layer of its own. */
const layered = ["/etc", "/opt", "/usr/bin", "/usr/local/bin"];

/** Makes a host of a lab one on which nothing was installed yet, with Node, and with the build's archive in its folder: that
 *  holds a link to this repository in place of a copy of it. `systemctl` and `apt-get` are those beside this file. */
export async function makeFresh(host: LabHost): Promise<void> {
  const commands = [
    ...layered.flatMap((folder, index) => [
      `mkdir /run/upper${index} /run/work${index}`,
      `mount -t overlay overlay -o lowerdir=${folder},upperdir=/run/upper${index},workdir=/run/work${index} ${folder}`,
    ]),
    `ln -sf ${join(here, "systemctl.py")} /usr/bin/systemctl`,
    `ln -sf ${join(here, "apt-get.sh")} /usr/bin/apt-get`,
    `[ -x /usr/bin/node ] || ln -s ${process.execPath} /usr/bin/node`,
    `ln -s ${repository} rhumbline && tar -czf rhumbline.tar.gz rhumbline`,
  ];
  await host.output(["sh", "-euc", commands.join("\n")], { cwd: host.folder });
  // A host's /var/lib is its own, and what dpkg knows lies in the machine's.
  const input = execFileSync("dpkg-query", ["--show"], { encoding: "utf8" });
  await host.output(["tee", "/run/installed-packages"], { input });
}

/** Types a block there, from its first line to its last.
 *  @returns what was printed.
 *  @throws CommandFailed at the first line that fails. */
export function typeBlock(host: LabHost, { text }: Pick<ShellBlock, "text">): Promise<string> {
  return host.output(["bash", "-ec", text], { cwd: host.folder });
}

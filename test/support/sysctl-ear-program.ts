import { routerSysctlNames } from "../../services/node-agent/src/desired/router-sysctls.ts";
import { inNamespace } from "../../services/node-agent/src/kernel/native/namespace/enter-namespace.ts";
import { readSysctls } from "../../services/node-agent/src/kernel/native/namespace/read-sysctls.ts";
import type { SysctlFiles } from "../../services/node-agent/src/kernel/native/watch/sysctl-files.ts";
import { WatchedSysctls } from "../../services/node-agent/src/kernel/native/watch/watched-sysctls.ts";
import { whenReadable } from "../../services/node-agent/src/kernel/native/watch/when-readable.ts";

/** Prints a line for each change of a router's sysctls that it hears of in the namespaces named on the command line; it looks
 *  at none by itself. Once it has read them it prints "read", and at a SIGUSR2 it opens them and then prints "listening". */
const sysctls = new WatchedSysctls();
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const printPlace = ({ netns }: SysctlFiles): void => print(netns);
process.once("SIGUSR2", () => {
  sysctls.openSome(printPlace);
  whenReadable([sysctls], () => void sysctls.hear(printPlace));
  print("listening");
});
for (const name of process.argv.slice(2))
  sysctls
    .watch(name, routerSysctlNames)
    .wereRead(inNamespace(name, () => readSysctls(name, routerSysctlNames)).values());
print("read");
// Until the signal nothing else keeps it.
setInterval(() => undefined, 60_000);

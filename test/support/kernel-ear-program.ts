import { KnownHost } from "../../services/node-agent/src/kernel/native/host/known-host.ts";
import { KernelEar } from "../../services/node-agent/src/kernel/native/watch/kernel-ear.ts";

/** Prints a line as JSON for each change of the kernel that it hears of: the places with their parts, and by whom. The first,
 *  "listening", says that from there on it hears. */
const print = (line: unknown): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const listed = ([place, parts]: readonly [string, ReadonlySet<string>]) => [place, [...parts].sort()] as const;

new KernelEar([], new KnownHost(), (places, by) => {
  print(places === "anywhere" ? places : { by, places: Object.fromEntries([...places].map(listed)) });
});
print("listening");

import { execFileSync } from "node:child_process";
import { KnownHost } from "../../services/node-agent/src/kernel/native/host/known-host.ts";
import { addNamespace } from "../../services/node-agent/src/kernel/native/namespace/namespaces.ts";
import { KernelEar } from "../../services/node-agent/src/kernel/native/watch/kernel-ear.ts";

/** Makes the first namespace that the command line names as the agent does, and has others make the second before it asks what
 *  it changed itself. Prints, a line each, the namespaces that it changed, and those that it hears of as others'. */
const [, , own = "", others = ""] = process.argv;
const print = (by: string, places: Iterable<string>): void => {
  for (const place of places) process.stdout.write(`${by} ${place}\n`);
};
const namesOf = (places: ReadonlyMap<string, unknown> | "anywhere"): Iterable<string> =>
  places === "anywhere" ? [places] : places.keys();

const ear = new KernelEar([], new KnownHost(), (places) => print("others", namesOf(places)));
ear.hear();
addNamespace(own);
execFileSync("ip", ["netns", "add", others]);
print("us", namesOf(ear.hearOwn(new Set([own]))));

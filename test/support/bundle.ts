import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const repository = join(import.meta.dirname, "../..");
const bundling = new Map<string, Promise<string>>();

/** Bundles a service's program, once in each test process; a bundle is put in place whole, so others may do it at the
 *  same time.
 *  @returns the file to run.
 *  @throws with the bundler's words when the program doesn't compile. */
export function bundled(service: string): Promise<string> {
  const present = bundling.get(service);
  if (present !== undefined) return present;
  const bundle = join(repository, "infra/bundle.mjs");
  const file = promisify(execFile)(process.execPath, [bundle, "--quiet", service]).then(() =>
    join(repository, "services", service, "dist/main.js"),
  );
  bundling.set(service, file);
  return file;
}

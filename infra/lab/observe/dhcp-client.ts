import type { Place } from "../hosts/place.ts";

/** What an instance's DHCP client was told, by the names that busybox gives it: `ip`, `router`, `staticroutes`, `mtu`. */
export type Lease = Readonly<Record<string, string>>;

/** In the host's own /run. */
const script = "/run/print-lease";

/** Asks for a lease with busybox' client, and takes nothing of it over.
 *  @returns undefined: nobody offered one. */
export async function askForLease(instance: Place, options: readonly string[] = []): Promise<Lease | undefined> {
  // Which variables it sets is all that its script is asked for.
  await instance.output(["sh", "-c", `cat > ${script}; chmod 755 ${script}`], {
    input: '#!/bin/sh\necho "event=$1"\nenv\n',
  });
  const asked = ["mtu", "staticroutes", ...options].flatMap((option) => ["-O", option]);
  const once = ["-n", "-q", "-f", "-t", "3", "-T", "1"];
  const { stdout } = await instance.run(["busybox", "udhcpc", "-i", "eth0", ...once, ...asked, "-s", script]);
  const bound = stdout.split("event=bound").at(1);
  if (bound === undefined) return undefined;
  const pairs = [...bound.matchAll(/^([a-z0-9]+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]);
  return Object.fromEntries(pairs);
}

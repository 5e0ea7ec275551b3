import type { Place } from "../hosts/place.ts";
import type { Lease } from "./dhcp-client.ts";

/** In the host's own /run. */
const folder = "/run/dhcpv6-client";

/** Says what it was told, and ends its client, which would go on renewing. */
const script = `#!/bin/sh
case $reason in PREINIT6) exit 0 ;; esac
env
kill $PPID
`;

/** A client speaks from its link-local address, once its kernel made sure that nobody else has it. */
const untilItMaySpeak =
  "until ip -6 -oneline address show dev eth0 scope link -tentative | grep -q fe80; do sleep 0.1; done";

/** Asks for a lease, or without an address for options alone, with dhclient, and takes nothing of it over.
 *  @param duid "LL": what the client calls itself follows from its card, each time the same. "LLT": it makes a name of its own
 *  each time, as one that was installed anew.
 *  @param options by dhclient's names, beside those that it asks for by itself: `dhcp6.sntp-servers`.
 *  @returns what it was told, by dhclient's names without "new_": `ip6_address`, `dhcp6_name_servers`; undefined: nobody
 *  answered in time. */
export async function askForLeaseV6(
  instance: Place,
  kind: "stateful" | "stateless",
  options: readonly string[] = [],
  duid: "LL" | "LLT" = "LL",
): Promise<Lease | undefined> {
  await instance.output(["sh", "-c", `mkdir -p ${folder}; cat > ${folder}/script; chmod 755 ${folder}/script`], {
    input: script,
  });
  const asked = options.map((option) => `also request ${option};\n`).join("");
  await instance.output(["sh", "-c", `cat > ${folder}/conf; : > ${folder}/leases`], { input: asked });
  await instance.output(["sh", "-c", untilItMaySpeak]);
  const identity = ["-D", duid];
  const files = ["-sf", "script", "-cf", "conf", "-lf", "leases", "-pf", "pid"];
  const { stdout } = await instance.run(
    ["dhclient", "-6", "-d", ...(kind === "stateless" ? ["-S"] : []), ...identity, ...files, "eth0"],
    { cwd: folder, deadlineMs: answerWithinMs },
  );
  const pairs = [...stdout.matchAll(/^new_([a-z0-9_]+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]);
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}

/** A client waits a second before it asks, by chance, and a second for advertisements: RFC 8415, section 18.2.1. */
const answerWithinMs = 8_000;

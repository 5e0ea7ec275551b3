import { parseIpset } from "../../observed/parse/parse-ipset.ts";
import { parseIptables, parseProtocols } from "../../observed/parse/parse-iptables.ts";
import type { FilterObject } from "../../security/filter-object.ts";
import type { ReadIptables } from "../observe-filter.ts";
import type { Programs } from "./programs.ts";
import { script, sections } from "./sections.ts";

/** A list that fails must not look like an empty one; but a node may be without ipset. */
const iptablesScript = script([
  "iptables-save",
  "ip6tables-save",
  "cat /etc/protocols || true",
  `if command -v ipset >/dev/null; then
    names=$(ipset list -name)
    if echo "$names" | grep -q ^rhumbline-; then ipset save; fi
  fi`,
]);

/** Reads as long as there is something of ours: at first it must look whether there is.
 *  @param always whether the node's ports are filtered there; rules of iptables-legacy are seen by nothing else. */
export function iptablesReader(programs: Programs, always = false): ReadIptables {
  let mayStand = true;
  return async (isSeen) => {
    if (!always && !isSeen && !mayStand) return [];
    const objects = await readIptables(programs);
    mayStand = objects.length > 0;
    return objects;
  };
}

async function readIptables(programs: Programs): Promise<FilterObject[]> {
  const [ipv4 = "", ipv6 = "", protocols = "", sets = ""] = await sections(programs, "", iptablesScript);
  const numbers = parseProtocols(protocols);
  return [
    ...parseIptables("iptables", ipv4, numbers),
    ...parseIptables("ip6tables", ipv6, numbers),
    ...parseIpset(sets),
  ];
}

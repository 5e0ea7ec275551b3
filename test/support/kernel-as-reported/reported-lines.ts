import type { KernelChange } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";

/** What reports say that stands, a line for each thing that the kernel's programs print by itself. */
export const reportedLines = (standing: readonly KernelChange[]): string[] => standing.flatMap(linesOf).sort();

function linesOf({ netns, kind, key, value }: KernelChange): string[] {
  const place = netns || "host";
  switch (kind) {
    case "KERNEL_OBJECT_KIND_NAMESPACE":
      return [`namespace ${key}`];
    case "KERNEL_OBJECT_KIND_LINK":
      return [`${place}: link ${key}${stateOf(value)}`, ...tunnelOf(place, key, value), ...tagOf(place, key, value)];
    case "KERNEL_OBJECT_KIND_ADDRESS":
      return [`${place}: address ${key}`];
    case "KERNEL_OBJECT_KIND_ROUTE":
      return [`${place}: route ${key.replace(/^inet6 /, "").replace(/\/(32|128)$/, "")} ${value}`];
    case "KERNEL_OBJECT_KIND_SYSCTL":
      return [`${place}: ${key} = ${value}`];
    case "KERNEL_OBJECT_KIND_CHAIN":
      if (value.startsWith("chain ")) return filterChain(place, key, value);
      return key.startsWith("bridge ") ? bridgeChain(key, value) : chain(place, key, value);
    case "KERNEL_OBJECT_KIND_SET":
      return [`${place}: filter ${key}`];
    case "KERNEL_OBJECT_KIND_SET_ELEMENT":
      return [key.includes(` ${dhcpTable} `) ? `host: ${key}` : filterElement(place, key, value)];
    case "KERNEL_OBJECT_KIND_FDB":
      return destinations(key, value);
    case "KERNEL_OBJECT_KIND_NEIGHBOUR":
      return [`host: neighbour ${key} ${value}`];
    case "KERNEL_OBJECT_KIND_PROCESS":
      return [`${place}: runs ${key} with ${JSON.stringify(value)}`];
    case "KERNEL_OBJECT_KIND_FILE":
      return [`host: file ${key} ${JSON.stringify(value)}`];
    default:
      return [`${place}: ${kind} ${key} ${value}`];
  }
}

const wordAfter = (text: string, word: string): string => {
  const words = text.split(" ");
  return words.includes(word) ? (words[words.indexOf(word) + 1] ?? "") : "";
};

function stateOf(text: string): string {
  // Of a loopback device too, which programs don't call Ethernet.
  const mac = text.startsWith("loopback") ? "" : wordAfter(text, "link/ether");
  const mtu = wordAfter(text, "mtu");
  const boundTo = text.startsWith("bound to ") ? ` bound to ${wordAfter(text, "to")}` : "";
  const master = wordAfter(text, "master");
  const tracked = text.includes(" tracked ") ? " tracked" : "";
  return `${mac && ` ${mac}`}${mtu && ` mtu ${mtu}`}${boundTo}${master && ` master ${master}`}${tracked} ${text.split(" ").at(-1)}`;
}

function tagOf(place: string, device: string, text: string): string[] {
  if (!text.startsWith("vlan ")) return [];
  const said = ["protocol", "id", "on"].map((word) => `${word} ${wordAfter(text, word)}`);
  return [`${place}: tag ${device} ${said.join(" ")}`];
}

function tunnelOf(place: string, device: string, text: string): string[] {
  if (!text.startsWith("vxlan ")) return [];
  const quiet = ["nolearning", "learning off", "neigh_suppress on"].filter((words) => text.includes(words));
  const said = ["id", "local", "dstport"].map((word) => `${word} ${wordAfter(text, word)}`);
  return [`${place}: tunnel ${device} ${[...said, ...quiet].join(" ")}`];
}

function chain(place: string, key: string, value: string): string[] {
  const [table = ""] = key.split(" ");
  const rules = value.split("\n").filter((rule) => rule.startsWith("-A "));
  return rules.map((rule, i) => `${place}: ${table} ${i} ${rule}`);
}

/** "chain egress-basics {", a line for each rule, "}". */
function filterChain(place: string, key: string, value: string): string[] {
  const rules = value.split("\n").slice(1, -1);
  return [`${place}: filter ${key}`, ...rules.map((rule, i) => `${place}: filter ${key} ${i} ${rule.trim()}`)];
}

/** Of a map's the value stands behind the key: `"tap1a2b3c4d-5e" : jump source`. */
function filterElement(place: string, key: string, value: string): string {
  const [, mapped] = value.split(" : ");
  return `${place}: filter ${key}${mapped === undefined ? "" : ` : ${mapped}`}`.replaceAll('"', "");
}

const dhcpTable = "rhumbline-dhcp";

const bridgeChain = (key: string, value: string): string[] =>
  value.split("\n").map((rule, i) => `host: ${key} ${i} ${rule}`);

/** The device's own entry and its bridge's are reported as one. */
function destinations(key: string, value: string): string[] {
  const [device = "", mac = ""] = key.split(" ");
  const peer = wordAfter(value, "dst");
  return [
    ...(peer === "" ? [] : [`host: fdb ${device} ${mac} dst ${peer}`]),
    ...(value.includes("master static") ? [`host: fdb ${device} ${mac} static`] : []),
  ];
}

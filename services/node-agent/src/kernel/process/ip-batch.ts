import { highestMac } from "../../desired/device-names.ts";
import type { ResourceKey } from "../../desired/resource-key.ts";
import { markOfBound } from "../../observed/bound-mark.ts";
import { ownLinkGroup, ownRouteProtocol, vxlanPort } from "../../observed/ownership.ts";
import type { Operation, SetLink } from "../../plan/operation.ts";
import type { BatchResult } from "../kernel.ts";
import type { Programs } from "./programs.ts";

/** The lines that `ip -batch` needs for an operation; undefined: it isn't iproute2's. */
function ipLines(operation: Operation): string[] | undefined {
  switch (operation.kind) {
    case "add-bridge":
      return [
        `link add name ${operation.device} address ${operation.mac} group ${ownLinkGroup} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
      ];
    case "add-vlan":
      return [
        `link add link ${operation.parent} name ${operation.device} mtu ${operation.mtu} group ${ownLinkGroup} type vlan id ${operation.vlanId}`,
      ];
    case "add-patch":
      return [
        `link add name ${operation.device} mtu ${operation.mtu} group ${ownLinkGroup} ${oneQueue} type veth peer name ${operation.peer} address ${operation.mac} mtu ${operation.mtu} group ${ownLinkGroup} ${oneQueue}`,
      ];
    case "add-vxlan":
      return [
        `link add name ${operation.device} mtu ${operation.mtu} group ${ownLinkGroup} ${oneQueue} type vxlan id ${operation.vni} local ${operation.tunnelIp} dstport ${vxlanPort} nolearning`,
      ];
    case "set-tunnel-ip":
      return [`link set dev ${operation.device} type vxlan local ${operation.tunnelIp}`];
    case "set-neighbour":
      return [`neighbour replace ${operation.address} lladdr ${operation.mac} dev ${operation.device} nud permanent`];
    case "delete-neighbour":
      return [`neighbour delete ${operation.address} dev ${operation.device}`];
    case "add-namespace":
      return [`netns add ${operation.netns}`];
    case "add-veth":
      return [
        `link add name ${operation.hostEnd} address ${highestMac(operation.mac)} mtu ${operation.mtu} group ${ownLinkGroup} ${oneQueue} type veth peer name ${operation.device} address ${operation.mac} mtu ${operation.mtu} ${oneQueue} netns ${operation.netns}`,
      ];
    case "add-macvlan":
      return [
        `link add name ${operation.device} link ${operation.parent} address ${operation.mac} mtu ${operation.mtu} ${oneQueue} netns ${operation.netns} type macvlan mode bridge`,
      ];
    case "set-link":
      return setLinkLines(operation);
    case "add-address":
      return [
        `address replace ${operation.address} dev ${operation.device}${operation.address.includes(":") ? " nodad" : ""}`,
      ];
    case "replace-route":
      return [
        `route replace ${destination(operation)} via ${operation.nextHop} dev ${operation.device} proto ${ownRouteProtocol}`,
      ];
    case "delete-address":
      return [`address delete ${operation.address} dev ${operation.device}`];
    case "delete-route":
      return [`route delete ${destination(operation)} proto ${ownRouteProtocol}`];
    case "delete-link":
      return [`link delete dev ${operation.device}`];
    default:
      return undefined;
  }
}

/** With the kernel's default, a queue for each processor, a pair takes three times as long to make. */
const oneQueue = "numtxqueues 1 numrxqueues 1";

function setLinkLines(operation: SetLink): string[] {
  const { device, tracked } = operation;
  const value = tracked ? 1 : 0;
  const common = settings(operation);
  return [
    ...(common === "" ? [] : [`link set dev ${device}${common}`]),
    ...(tracked === undefined
      ? []
      : [`link set dev ${device} type bridge nf_call_iptables ${value} nf_call_ip6tables ${value}`]),
  ];
}

function settings({ mtu, mac, boundTo, master, up }: SetLink): string {
  return [
    mtu === undefined ? "" : ` mtu ${mtu}`,
    mac === undefined ? "" : ` address ${mac}`,
    boundTo === undefined ? "" : markWords(boundTo),
    master === undefined ? "" : master === "" ? " nomaster" : ` master ${master}`,
    up === undefined ? "" : up ? " up" : " down",
  ].join("");
}

function markWords(port: ResourceKey): string {
  const { group, alias } = markOfBound(port);
  return ` group ${group} alias "${alias}"`;
}

/** "default" means IPv4 to iproute2. */
function destination({ destination, family }: { readonly destination: string; readonly family: 4 | 6 }): string {
  return destination === "default" && family === 6 ? "::/0" : destination;
}

export function runIpBatch(programs: Programs, netns: string, batch: readonly Operation[]): Promise<BatchResult> {
  return runIpLines(
    programs,
    netns,
    batch.map((operation) => ipLines(operation) ?? []),
  );
}

export function runIpLines(
  programs: Programs,
  netns: string,
  lines: readonly (readonly string[])[],
): Promise<BatchResult> {
  return runLines(programs, netns === "" ? ["ip", "-batch", "-"] : ["ip", "-netns", netns, "-batch", "-"], lines);
}

/** The lines of each operation, in one process for all of them; it ends at the first line that the kernel refuses.
 *  @param argv of one of iproute2's programs that reads them. */
export async function runLines(
  programs: Programs,
  argv: readonly string[],
  lines: readonly (readonly string[])[],
): Promise<BatchResult> {
  const input = lines.flat().map((line) => `${line}\n`);
  if (input.length === 0) return { done: lines.length, error: undefined };
  const { code, stderr } = await programs.run(argv, input.join(""));
  if (code === 0) return { done: lines.length, error: undefined };
  const words = stderr.replaceAll(/^Command failed -:\d+$/gm, "").trim();
  return {
    done: operationOfLine(lines, failedLine(lines.flat(), stderr)),
    error: words || `${argv[0]} ended with ${code}`,
  };
}

/** Counted from 1. A name that iproute2 can't resolve ends it without telling the line: it is the first with that name. */
function failedLine(lines: readonly string[], words: string): number {
  const told = /^Command failed -:(\d+)$/m.exec(words)?.[1];
  if (told !== undefined) return Number(told);
  const argument = /argument "([^"]+)" is wrong/.exec(words)?.[1];
  return argument === undefined
    ? 1
    : Math.max(
        0,
        lines.findIndex((line) => line.split(" ").includes(argument)),
      ) + 1;
}

function operationOfLine(lines: readonly (readonly string[])[], failed: number): number {
  let last = 0;
  return Math.max(
    0,
    lines.findIndex((each) => {
      last += each.length;
      return failed <= last;
    }),
  );
}

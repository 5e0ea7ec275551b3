import {
  cidrContains,
  formatIpAddress,
  type IpAddress,
  type IpFamily,
  parseCidr,
  parseIpAddress,
  parseIpProtocol,
} from "@rhumbline/net";
import type { Compiled } from "../compile/state.ts";
import { membersOf } from "../logical-network/membership.ts";
import type { FloatingIp, Port, Router } from "../logical-network/state.ts";
import { familyOf, type Question } from "./question.ts";

/** How a packet gets from one end to the other, or why it does not; security groups apart. */
export interface Way {
  readonly exists: boolean;
  readonly text: string;
}

const none = (text: string): Way => ({ exists: false, text });
const by = (text: string): Way => ({ exists: true, text });

export function wayOf(state: Compiled, port: Port, question: Question): Way {
  const family = familyOf(question.other);
  const own = addressOf(port, family);
  if (own === undefined) return none(`the port has no IPv${family} address`);
  if (port.nodeId === "") return none("the port is bound to no node");
  const { other } = question;
  if (other.kind === "port") {
    const remote = state.ports.get(other.portId);
    if (remote === undefined || remote.nodeId === "") return none(`port ${other.portId} is bound to no node`);
    if (remote.networkId === port.networkId) return by(`within network ${port.networkId}`);
    return throughRouter(state, port.networkId, remote.networkId);
  }
  if (other.kind === "address") {
    if (holdsAddress(state, port.networkId, other.address)) return by(`within network ${port.networkId}`);
    const beyond = networksBehind(state, port.networkId).find((id) => holdsAddress(state, id, other.address));
    if (beyond !== undefined) return throughRouter(state, port.networkId, beyond);
  }
  return question.direction === "ingress" ? fromOutside(state, port, own, question) : toOutside(state, port.networkId);
}

/** The first address that the port has of an IP version. */
export function addressOf({ ipAddresses }: Port, family: IpFamily): IpAddress | undefined {
  return ipAddresses.map(parseIpAddress).find((address) => address.family === family);
}

const holdsAddress = (state: Compiled, networkId: string, address: IpAddress): boolean =>
  membersOf(state.subnetsByNetwork, networkId)
    .map((id) => parseCidr(state.subnets.get(id)?.cidr ?? "::/128"))
    .some((cidr) => cidr.network.family === address.family && cidrContains(cidr, address));

/** Networks of instances that a router joins with this one. */
const networksBehind = (state: Compiled, networkId: string): string[] =>
  routersIn(state, networkId).flatMap(([, { interfaces }]) => interfaces.map((leg) => leg.networkId));

function routersIn({ routers, routersByNetwork }: Compiled, networkId: string): (readonly [string, Router])[] {
  return membersOf(routersByNetwork, networkId)
    .sort()
    .flatMap((id) => {
      const router = routers.get(id);
      return router?.interfaces.some((leg) => leg.networkId === networkId) ? [[id, router] as const] : [];
    });
}

function throughRouter(state: Compiled, from: string, to: string): Way {
  const joining = routersIn(state, from).find(([, { interfaces }]) => interfaces.some((leg) => leg.networkId === to));
  return joining === undefined
    ? none(`no router has interfaces in both networks, ${from} and ${to}`)
    : unlessDown(state, joining, `by router ${joining[0]}`);
}

/** A router that is there and forwards nothing is no way. */
function unlessDown({ bindings }: Compiled, [id, { adminStateUp }]: readonly [string, Router], text: string): Way {
  if (!adminStateUp) return none(`router ${id} is administratively down`);
  return (bindings.get(id)?.nodeId ?? "") === "" ? none(`router ${id} is on no node`) : by(text);
}

function toOutside(state: Compiled, networkId: string): Way {
  if (isProviders(state, networkId)) return by(`network ${networkId} is a physical one`);
  const leaving = routersIn(state, networkId).find(([, { gateway }]) => gateway !== undefined);
  return leaving === undefined
    ? none(`no router with an external gateway has an interface in network ${networkId}`)
    : unlessDown(state, leaving, `by router ${leaving[0]} and its external gateway`);
}

function fromOutside(state: Compiled, port: Port, own: IpAddress, question: Question): Way {
  // Of IPv6 nothing is translated: who can go out can be reached.
  if (isProviders(state, port.networkId) || own.family === 6) return toOutside(state, port.networkId);
  const address = formatIpAddress(own);
  for (const router of routersIn(state, port.networkId)) {
    for (const id of membersOf(state.floatingIpsByRouter, router[0])) {
      const entry = entryOf(state.floatingIps.get(id), address, question);
      if (entry !== undefined) return unlessDown(state, router, `by ${entry} and router ${router[0]}`);
    }
  }
  return none(`no floating IP stands for ${address}, so nobody outside reaches it`);
}

/** Where the outside comes in, if that leads to the address: a floating IP, or one of its ports. */
function entryOf(floatingIp: FloatingIp | undefined, address: string, question: Question): string | undefined {
  if (floatingIp === undefined) return undefined;
  if (floatingIp.fixedIpAddress === address) return `floating IP ${floatingIp.address}`;
  for (const [, { protocol, internalIpAddress, internalPorts, externalPorts }] of floatingIp.forwardings) {
    const offset = question.destinationPort - internalPorts.first;
    const meant = internalIpAddress === address && parseIpProtocol(protocol) === question.protocol;
    if (meant && offset >= 0 && question.destinationPort <= internalPorts.last)
      return `port ${externalPorts.first + offset} of floating IP ${floatingIp.address}`;
  }
  return undefined;
}

const isProviders = ({ networks }: Compiled, networkId: string): boolean =>
  ["flat", "vlan"].includes(networks.get(networkId)?.networkType ?? "");

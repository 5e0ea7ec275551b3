import { ipv6OffSysctl } from "../../desired/ipv6-off.ts";
import { editNamespace, withEntry, withoutLinks } from "../../observed/edit-kernel.ts";
import { nothingIn, type ObservedKernel, type ObservedNamespace } from "../../observed/observed-kernel.ts";
import { isHelperOperation } from "../helper-operation.ts";
import type { AddNamespace, DropNamespace, Operation, WriteSysctl } from "../operation.ts";
import { afterChangeFilter, afterDeleteConnections, afterMarkConnections } from "./after-filter-operation.ts";
import { afterChangeConfinement, afterHelperOperation } from "./after-helper-operation.ts";
import {
  afterAddBridge,
  afterAddMacvlan,
  afterAddPatch,
  afterAddVeth,
  afterAddVlan,
  afterDeleteLink,
  afterSetLink,
} from "./after-link-operation.ts";
import { afterOverlayOperation, bridgeSilencedBy, withoutNeighbours } from "./after-overlay-operation.ts";
import { afterAddAddress, afterDeleteAddress, afterDeleteRoute, afterReplaceRoute } from "./after-route-operation.ts";
import { afterChangeTable, afterDeleteFlows } from "./after-rule-operation.ts";

/** The kernel as it is once the operation was done, with what the kernel does of its own accord: routes go with their
 *  device, a veth's end with its other end. Planning, the fake kernel and the reports all rest on it. */
export function afterOperation(before: ObservedKernel, operation: Operation): ObservedKernel {
  if (isHelperOperation(operation)) return afterHelperOperation(before, operation);
  switch (operation.kind) {
    case "add-bridge":
      return afterAddBridge(before, operation);
    case "add-namespace":
      return afterAddNamespace(before, operation);
    case "add-veth":
      return afterAddVeth(before, operation);
    case "add-macvlan":
      return afterAddMacvlan(before, operation);
    case "add-vlan":
      return afterAddVlan(before, operation);
    case "add-patch":
      return afterAddPatch(before, operation);
    case "set-link":
      return afterSetLink(before, operation);
    case "write-sysctl":
      return afterWriteSysctl(before, operation);
    case "add-address":
      return afterAddAddress(before, operation);
    case "replace-route":
      return afterReplaceRoute(before, operation);
    case "change-table":
      return afterChangeTable(before, operation);
    case "delete-flows":
      return afterDeleteFlows(before, operation);
    case "change-filter":
      return afterChangeFilter(before, operation);
    case "delete-connections":
      return afterDeleteConnections(before, operation);
    case "mark-connections":
      return afterMarkConnections(before, operation);
    case "announce":
      return before;
    case "add-vxlan":
    case "set-tunnel-ip":
    case "set-bridge-port":
    case "add-flood-peer":
    case "delete-flood-peer":
    case "set-forwarding":
    case "set-delivery":
    case "delete-forwarding":
    case "set-neighbour":
    case "delete-neighbour":
      return afterOverlayOperation(before, operation);
    case "delete-address":
      return afterDeleteAddress(before, operation);
    case "delete-route":
      return afterDeleteRoute(before, operation);
    case "delete-link":
      return afterDeleteLink(before, operation);
    case "drop-namespace":
      return afterDropNamespace(before, operation);
    case "change-confinement":
      return afterChangeConfinement(before, operation);
    default:
      return operation satisfies never;
  }
}

function afterAddNamespace(before: ObservedKernel, { netns }: AddNamespace): ObservedKernel {
  // Its sysctls are not known before they are read: a plan writes each of them.
  const fresh = { ...nothingIn(netns), links: new Map([["lo", loopback]]) };
  return { ...before, namespaces: withEntry(before.namespaces, netns, fresh) };
}

const loopback = {
  name: "lo",
  index: 1,
  kind: "",
  ours: false,
  mac: "00:00:00:00:00:00",
  mtu: 65536,
  up: false,
  master: undefined,
  boundTo: undefined,
  tracked: false,
  peerNamespace: undefined,
  peerIndex: undefined,
  addresses: [],
};

function afterWriteSysctl(before: ObservedKernel, { netns, name, value }: WriteSysctl): ObservedKernel {
  if (netns === "") {
    const written = { ...before, sysctls: withEntry(before.sysctls, name, value) };
    const silenced = bridgeSilencedBy(before, name, value);
    return silenced === undefined ? written : withoutNeighbours(written, silenced, (address) => address.includes(":"));
  }
  return editNamespace(before, netns, (namespace) => {
    const written = { ...namespace, sysctls: new Map(namespace.sysctls).set(name, value) };
    return name === ipv6OffSysctl("all") && value === "1" ? withoutIpv6(written) : written;
  });
}

/** Where IPv6 is turned off, its addresses and routes go. */
function withoutIpv6(namespace: ObservedNamespace): ObservedNamespace {
  const links = [...namespace.links.values()].map((link) => ({
    ...link,
    addresses: link.addresses.filter((address) => !address.includes(":")),
  }));
  return {
    ...namespace,
    links: new Map(links.map((link) => [link.name, link])),
    routes: namespace.routes.filter((route) => route.family === 4),
  };
}

function afterDropNamespace(before: ObservedKernel, { netns }: DropNamespace): ObservedKernel {
  const hostEnds = [...before.links.values()].filter((link) => link.peerNamespace === netns && link.kind === "veth");
  const rest = withoutLinks(
    before,
    "",
    hostEnds.map((link) => link.name),
  );
  return { ...rest, namespaces: withEntry(before.namespaces, netns, undefined) };
}

import type { OptionalLinkKind } from "../../desired/host-facts.ts";
import { ipv6OffSysctl } from "../../desired/ipv6-off.ts";
import { editNamespace, withLink } from "../../observed/edit-kernel.ts";
import {
  nothingObserved,
  type ObservedFlow,
  type ObservedKernel,
  type ObservedLink,
} from "../../observed/observed-kernel.ts";
import { afterOperation } from "../../plan/effects/after-operation.ts";
import type { Operation } from "../../plan/operation.ts";
import type { Kernel } from "../kernel.ts";
import { refusalOf } from "./refusals.ts";

/** A kernel in memory, as strict as a real one: what that refuses, it refuses too. */
export interface FakeKernel extends Kernel {
  /** Every operation done, in order. */
  readonly done: readonly Operation[];
  /** What others do on the host. */
  change(edit: (kernel: ObservedKernel) => ObservedKernel): void;
  /** Somebody plugs an instance's device, or the operator makes one of his own. */
  addLink(link: Partial<ObservedLink> & { readonly name: string }): void;
  connect(netns: string, flow: ObservedFlow): void;
  /** One that goes on from the same state, independently. */
  copy(): FakeKernel;
}

/** An empty host: a loopback device, IPv6 and bridge netfilter as a kernel has them by default. */
const emptyHost: ObservedKernel = {
  ...nothingObserved,
  sysctls: new Map([
    ["net.bridge.bridge-nf-call-arptables", "1"],
    ["net.bridge.bridge-nf-call-ip6tables", "1"],
    ["net.bridge.bridge-nf-call-iptables", "1"],
    [ipv6OffSysctl("all"), "0"],
    ["net.ipv6.conf.default.addr_gen_mode", "0"],
    ["net.ipv6.conf.default.accept_ra", "1"],
    [ipv6OffSysctl("default"), "0"],
  ]),
};

/** @param lacks kinds of device that it was built without. */
export function fakeKernel(
  start: ObservedKernel = emptyHost,
  lacks: ReadonlySet<OptionalLinkKind> = new Set(),
): FakeKernel {
  let kernel = start;
  const done: Operation[] = [];
  const change: FakeKernel["change"] = (edit) => {
    kernel = edit(kernel);
  };
  return {
    done,
    change,
    observe: async () => kernel,
    readsParts: false,
    batchName: ({ kind, netns }) =>
      kind === "change-table" || kind === "change-filter" ? `${kind} ${netns}` : "all else",
    execute: async (batch) => {
      for (const [index, operation] of batch.entries()) {
        const unknown = [...lacks].some((kind) => operation.kind === `add-${kind}`);
        const error = unknown ? "Error: Unknown device type." : refusalOf(kernel, operation);
        if (error !== undefined) return { done: index, error };
        kernel = afterOperation(kernel, operation);
        done.push(operation);
      }
      return { done: batch.length, error: undefined };
    },
    addLink: (link) => change((before) => withForeignLink(before, link)),
    connect: (netns, flow) =>
      change((before) =>
        editNamespace(before, netns, (namespace) => ({ ...namespace, flows: [...namespace.flows, flow] })),
      ),
    copy: () => fakeKernel(kernel, lacks),
  };
}

function withForeignLink(
  before: ObservedKernel,
  link: Partial<ObservedLink> & { readonly name: string },
): ObservedKernel {
  const index = Math.max(0, ...[...before.links.values()].map((each) => each.index)) + 1;
  const made = { index, kind: "veth", ours: false, mac: "02:00:00:00:00:01", mtu: 1500, up: true };
  const alone = {
    master: undefined,
    boundTo: undefined,
    tracked: false,
    peerNamespace: undefined,
    peerIndex: undefined,
    addresses: [],
  };
  const plugged = withLink(before, "", { ...made, ...alone, ...link });
  return { ...plugged, sysctls: new Map(plugged.sysctls).set(ipv6OffSysctl(link.name), "0") };
}

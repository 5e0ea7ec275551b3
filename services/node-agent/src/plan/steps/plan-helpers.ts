import type { DesiredHelper } from "../../desired/desired-helper.ts";
import type { DesiredKernel } from "../../desired/desired-kernel.ts";
import { following, type Lookup } from "../../observed/following.ts";
import type { ObservedHelper } from "../../observed/observed-helper.ts";
import { deviceStateOf } from "../instance-device.ts";
import { helperSight, namespaceSight, type Sight } from "../sight.ts";
import type { Draft } from "./draft.ts";
import { unwanted } from "./unwanted.ts";

/** What planning one looks at. */
export const sightsOfHelper = ({ name, netns }: DesiredHelper): Sight[] => [helperSight(name), namespaceSight(netns)];

/** Files first: a program that is started reads them all; one that runs is told once, whatever their number. */
export function planHelpers(helpers: readonly DesiredHelper[], draft: Draft): void {
  for (const helper of helpers) {
    planFiles(helper, draft);
    const { resource, netns, name, program, device, config } = helper;
    const standing = draft.kernel().helpers.get(name);
    if (!runsAsWanted(helper, draft))
      draft.add({ kind: "start-helper", resource, netns, helper: name, program, device, config });
    else if (standing?.stale === true) draft.add({ kind: "reload-helper", resource, netns, helper: name });
  }
}

/** Helpers that give addresses to keep. */
const keepingAddresses = following((name, helpers: Lookup<DesiredHelper>) => {
  const helper = helpers.get(name);
  return helper !== undefined && helper.keptAddresses.size > 0 ? helper : undefined;
});

/** An instance whose device was just plugged begins anew, and may have been installed anew: then it calls itself otherwise
 *  (DUID), and would be refused its own address until the lease of the one before it ends. Before it can ask. */
export function planForgottenLeases(desired: DesiredKernel, draft: Draft): void {
  for (const { keptAddresses, netns, name: helper, program, device, config } of keepingAddresses(
    desired.helpers,
  ).values()) {
    for (const [plugged, addresses] of keptAddresses) {
      const port = desired.instancePorts.get(plugged);
      const state = port && deviceStateOf(port, draft.kernel());
      if (state?.kind !== "fit" || state.link.boundTo === port?.resource) continue;
      const resource = port?.resource ?? "";
      draft.add({ kind: "forget-helper-leases", resource, netns, helper, program, device, config, addresses });
    }
  }
}

function planFiles({ resource: own, netns, name: helper, files }: DesiredHelper, draft: Draft): void {
  const standing = draft.kernel().helpers.get(helper)?.files ?? new Map<string, string>();
  for (const [path, { resource, content }] of files) {
    if (standing.get(path) === content) continue;
    draft.add({ kind: "write-helper-file", resource, netns, helper, path, content });
  }
  for (const path of standing.keys()) {
    if (!files.has(path)) draft.add({ kind: "delete-helper-file", resource: own, netns, helper, path });
  }
}

function runsAsWanted({ name, netns, device, config }: DesiredHelper, draft: Draft): boolean {
  const standing = draft.kernel().helpers.get(name);
  const { process } = standing ?? {};
  if (standing === undefined || process === undefined || process.netns !== netns) return false;
  return standing.config === config && process.deviceIndex === draft.namespace(netns)?.links.get(device)?.index;
}

const unwantedHelpers = unwanted<ObservedHelper>();

/** Before their devices and namespaces go: what they have to say last goes out through these (of a router RFC 4861, 6.2.5: it is none any
 *  more). Where a router only leaves this node, that would be taken for the word of the node that has it now. */
export function planHelperRemoval(desired: DesiredKernel, draft: Draft): void {
  for (const { name, process } of unwantedHelpers(draft.kernel().helpers, desired.helpers).values()) {
    if (desired.untouched.has(name)) continue;
    const netns = process?.netns ?? "";
    const stays = desired.routers.has(netns) || desired.dhcpServers.has(netns);
    const farewell = stays || desired.shutDown.has(netns);
    draft.add({ kind: "remove-helper", resource: "", netns, helper: name, farewell });
  }
}

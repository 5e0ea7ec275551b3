import type { DesiredInstancePort } from "../desired/desired-kernel.ts";
import type { ObservedKernel, ObservedLink } from "../observed/observed-kernel.ts";
import { isOwnBridge } from "../observed/ownership.ts";

/** Whether a port's device is there, and whether it can be bound. */
export type DeviceState =
  | { readonly kind: "missing" }
  | { readonly kind: "unfit"; readonly reason: string }
  | { readonly kind: "fit"; readonly link: ObservedLink };

/** What hypervisors and whoever makes namespaces give an instance. */
const instanceKinds = ["tun", "veth"];

export function deviceStateOf(port: DesiredInstancePort, { links }: Pick<ObservedKernel, "links">): DeviceState {
  const link = links.get(port.device);
  if (link === undefined) return { kind: "missing" };
  const reason = objectionTo(link, port, links);
  return reason === undefined ? { kind: "fit", link } : { kind: "unfit", reason };
}

/** Why the device stays as it is; undefined: it can be the port's. */
function objectionTo(
  link: ObservedLink,
  { bridge }: DesiredInstancePort,
  links: ObservedKernel["links"],
): string | undefined {
  const { name, kind, ours, master, boundTo } = link;
  if (ours) return `device ${name} is Rhumbline's own: give the instance's another name`;
  if (!instanceKinds.includes(kind))
    return `device ${name} is ${kind === "" ? "a physical one" : `of kind ${kind}`}: an instance's is a tap or a veth`;
  if (master === undefined || master === bridge || boundTo !== undefined) return undefined;
  const holder = links.get(master);
  if (holder !== undefined && isOwnBridge(holder)) return undefined;
  return `device ${name} is in ${master}, which isn't Rhumbline's: take it out (ip link set ${name} nomaster)`;
}

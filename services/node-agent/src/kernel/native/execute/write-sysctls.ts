import { writeFileSync } from "node:fs";
import type { WriteSysctl } from "../../../plan/operation.ts";
import { cClose, systemError } from "../libc.ts";
import { inNamespace } from "../namespace/enter-namespace.ts";
import { openSysctl } from "../namespace/sysctl-folders.ts";
import { deviceBehindRtnl } from "../namespace/sysctls-behind-rtnl.ts";
import type { NetlinkRequest } from "../netlink/netlink-socket.ts";
import { addressModeAttribute } from "../route/ipv6-settings.ts";
import { linkRequest, RTM_NEWLINK } from "../route/link-messages.ts";
import type { OpenNamespaces } from "./open-namespaces.ts";
import { order } from "./order.ts";

/** By its file, or with the link where the kernel would not wait for its lock to write to that.
 *  @throws Error in the kernel's words. */
export function writeSysctl({ netns, name, value }: WriteSysctl, open: OpenNamespaces): void {
  const device = deviceBehindRtnl(name);
  if (device === undefined) writeToFile(netns, name, value);
  else order(open.routing(netns), addressModeOf(open.indexOf(netns, device), value));
}

const addressModeOf = (index: number, value: string): NetlinkRequest =>
  linkRequest(RTM_NEWLINK, 0, { index }, [addressModeAttribute(Number(value))]);

function writeToFile(netns: string, name: string, value: string): void {
  inNamespace(netns, () => {
    const file = openSysctl(netns, name, 1);
    if (file === undefined) throw systemError(name);
    try {
      writeFileSync(file, value);
    } finally {
      cClose(file);
    }
  });
}

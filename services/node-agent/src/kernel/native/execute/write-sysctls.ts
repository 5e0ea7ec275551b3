import { writeFileSync } from "node:fs";
import type { WriteSysctl } from "../../../plan/operation.ts";
import { cClose, systemError } from "../libc.ts";
import { inNamespace } from "../namespace/enter-namespace.ts";
import { openSysctl } from "../namespace/sysctl-folders.ts";
import { deviceBehindRtnl } from "../namespace/sysctls-behind-rtnl.ts";
import { addressModeAttribute } from "../route/ipv6-settings.ts";
import { linkRequest, RTM_NEWLINK } from "../route/link-messages.ts";
import type { OpenNamespaces } from "./open-namespaces.ts";
import { order } from "./order.ts";

/** Whether the kernel would not wait for its lock to have its file written to. */
export const isWrittenWithLink = ({ name }: WriteSysctl): boolean => deviceBehindRtnl(name) !== undefined;

/** @throws Error in the kernel's words. */
export function writeWithLink({ netns, name, value }: WriteSysctl, open: OpenNamespaces): void {
  const index = open.indexOf(netns, deviceBehindRtnl(name) ?? "");
  order(open.routing(netns), linkRequest(RTM_NEWLINK, 0, { index }, [addressModeAttribute(Number(value))]));
}

/** Those of one namespace, which is entered once.
 *  @param written called after each.
 *  @throws Error in the kernel's words. */
export function writeToFiles(netns: string, writes: readonly WriteSysctl[], written: () => void): void {
  inNamespace(netns, () => {
    for (const { name, value } of writes) {
      writeToFile(netns, name, value);
      written();
    }
  });
}

function writeToFile(netns: string, name: string, value: string): void {
  const file = openSysctl(netns, name, 1);
  if (file === undefined) throw systemError(name);
  try {
    writeFileSync(file, value);
  } finally {
    cClose(file);
  }
}

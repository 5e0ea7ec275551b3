/** Of these the kernel takes its lock of all devices even to read them, and does not wait for it: as long as somebody holds it, which
 *  may be seconds, the call begins anew and anew at the cost of a whole processor. So their files are listened to and not
 *  read: a link's value comes with the link (RTM_GETLINK), for which the kernel waits asleep. */
export const isBehindRtnl = (sysctl: string): boolean => sysctl.endsWith(addressMode);

const addressMode = ".addr_gen_mode";
const ofDevice = /^net\.ipv6\.conf\.(.+)\.addr_gen_mode$/;

/** The device that such a sysctl is of; undefined: it is another sysctl, or of no single device. */
export function deviceBehindRtnl(sysctl: string): string | undefined {
  const [, device] = ofDevice.exec(sysctl) ?? [];
  return device === "all" || device === "default" ? undefined : device;
}

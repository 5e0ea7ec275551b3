import type { Programs } from "./programs.ts";

/** MTU in bytes of the device that has the address; 0 where none has. A node has thousands of devices: it is asked for the
 *  one alone, by a program that runs beside this one. */
export async function mtuOfAddress(address: string, programs: Programs): Promise<number> {
  const { code, stdout } = await programs.run(["ip", "-json", "address", "show", "to", address], "");
  // Devices that have it not are printed by some versions, as nothing.
  const devices: readonly { readonly mtu?: number }[] = code === 0 ? JSON.parse(stdout) : [];
  return devices.find(({ mtu }) => mtu !== undefined)?.mtu ?? 0;
}

import { isDeepStrictEqual } from "node:util";
import type { ObservedLink } from "../../../observed/observed-kernel.ts";

/** What devices know, as it was read last, device by device. What is the same again stays the very same value. */
export class DeviceEntries<E> {
  #byIndex: ReadonlyMap<number, E | undefined> = new Map();

  /** @param isStale whether those of the device with that index are to be read again; of a new one they are.
   *  @param read undefined: it has none.
   *  @returns by the device's name. */
  look(
    devices: readonly ObservedLink[],
    isStale: (index: number) => boolean,
    read: (device: ObservedLink) => E | undefined,
  ): Map<string, E> {
    const before = this.#byIndex;
    const entriesOf = (device: ObservedLink): E | undefined => {
      const known = before.get(device.index);
      if (before.has(device.index) && !isStale(device.index)) return known;
      const entries = read(device);
      return isDeepStrictEqual(known, entries) ? known : entries;
    };
    const byIndex = new Map(devices.map((device) => [device.index, entriesOf(device)]));
    this.#byIndex = byIndex;
    return new Map(
      devices.flatMap(({ index, name }) => {
        const entries = byIndex.get(index);
        return entries === undefined ? [] : [[name, entries] as const];
      }),
    );
  }
}

import type { Room } from "../native/start-room.ts";
import type { ChangedPlaces } from "../places.ts";
import type { KernelWatch } from "./watch-kernel.ts";

/** Tells of changes in the host's kernel and in every namespace of ours, mostly within a millisecond and of each kind within
 *  a second. The room that programs the kernel hears them; while it is busy it hears later, and nothing is lost. */
export function watchByRoom(
  room: Pick<Room, "hear" | "lookAt">,
  changed: (places: ChangedPlaces) => void,
): KernelWatch {
  let listening = false;
  let stopped = false;
  let devices: readonly string[] = [];
  let isReady = (): void => undefined;
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  const told = (places: ChangedPlaces): void => {
    listening = true;
    isReady();
    if (!stopped) changed(places);
  };
  room.hear(told);
  return {
    get listening() {
      return listening;
    },
    ready,
    lookAt: (named) => {
      if (named.join() === devices.join()) return;
      devices = named;
      room.lookAt(devices);
    },
    stop: () => {
      stopped = true;
    },
  };
}

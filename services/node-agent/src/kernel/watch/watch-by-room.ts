import type { Room } from "../native/start-room.ts";
import type { HearChanges } from "../places.ts";
import type { KernelWatch } from "./watch-kernel.ts";

/** Tells of changes in the host's kernel and in every namespace of ours, mostly within a millisecond and of each kind within
 *  a second. The room that programs the kernel hears them; while it is busy it hears later, and nothing is lost. */
export function watchByRoom(room: Pick<Room, "hear" | "lookAt">, changed: HearChanges): KernelWatch {
  let listening = false;
  let stopped = false;
  let devices: readonly string[] = [];
  let isReady = (): void => undefined;
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  const told: HearChanges = (places, by) => {
    listening = true;
    isReady();
    if (!stopped) changed(places, by);
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

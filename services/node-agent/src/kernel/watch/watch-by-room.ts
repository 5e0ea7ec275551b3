import type { Room } from "../native/start-room.ts";
import type { HearChanges, HearFromRoom } from "../places.ts";
import type { KernelWatch } from "./watch-kernel.ts";

/** Tells of changes in the host's kernel and in every namespace of ours, mostly within a millisecond and of each kind within
 *  a second. The room that programs the kernel hears them; while it is busy it hears later, and nothing is lost.
 *  @param isOwn whether a program with that process id is one that this agent runs. */
export function watchByRoom(
  room: Pick<Room, "hear" | "lookAt">,
  isOwn: (program: number) => boolean,
  changed: HearChanges,
): KernelWatch {
  let listening = false;
  let stopped = false;
  let devices: readonly string[] = [];
  let isReady = (): void => undefined;
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  const told: HearFromRoom = (places, by) => {
    listening = true;
    isReady();
    if (stopped) return;
    if (typeof by === "string") changed(places, by);
    else changed(places, isOwn(by.program) ? "us" : "others");
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

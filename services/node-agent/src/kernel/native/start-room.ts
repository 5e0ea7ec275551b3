import type { ChangedPlaces, HearFromRoom } from "../places.ts";
import type { AskRoom, RoomQuestion } from "./room.ts";
import type { RoomThread } from "./room-thread.ts";
import type { FromRoom, ToRoom } from "./worker.ts";

export interface Room {
  readonly ask: AskRoom;
  /** Whether it runs nft itself. */
  readonly hasNft: boolean;
  /** Has changes told from now on, to one alone. The first, "anywhere", is told once nothing is missed any more. */
  hear(changed: HearFromRoom): void;
  /** How often it told of changes so far, whether anybody had them told or not. */
  readonly timesTold: number;
  /** Devices of the host to listen for though their names don't tell. They replace those told before. */
  lookAt(devices: readonly string[]): void;
  stop(): Promise<void>;
}

/** Lets the thread enter network namespaces.
 *  @param announcementFailed told of an announcement that could not be made.
 *  @param ended told when the thread ended by itself: nothing can be programmed any more.
 *  @throws Error when it can't start. */
export async function startRoom(
  { worker, started, listening, ended: end }: RoomThread,
  announcementFailed: (words: string) => void,
  ended: (error: Error) => void,
): Promise<Room> {
  const tell = (message: ToRoom): void => worker.postMessage(message);
  const waiting = new Map<number, { resolve: (answer: unknown) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  let stopped = false;
  let hearer: HearFromRoom = () => undefined;
  let timesTold = 0;
  const changed: HearFromRoom = (places, by) => {
    timesTold += 1;
    hearer(places, by);
  };
  worker.on("message", (message: FromRoom) => {
    if ("hasNft" in message) return;
    if ("failed" in message) return announcementFailed(message.failed);
    if ("by" in message) return changed(message.changed, message.by);
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if ("changed" in message && message.changed !== undefined) tellOwn(message.changed);
    if ("error" in message) asked?.reject(new Error(message.error));
    else asked?.resolve(message.answer);
  });
  const tellOwn = (places: ChangedPlaces): void => {
    if (places === "anywhere") changed(places, "others");
    else if (places.size > 0) changed(places, "us");
  };
  const { hasNft } = await started;
  void end.then((error) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    if (!stopped) ended(error);
    stopped = true;
  });
  const ask = (question: RoomQuestion): Promise<unknown> =>
    new Promise((resolve, reject) => {
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      tell({ id: lastId, question });
    });
  return {
    ask: ask as AskRoom,
    hasNft,
    get timesTold() {
      return timesTold;
    },
    hear: (told) =>
      void listening.then(() => {
        hearer = told;
        told("anywhere", "others");
      }),
    lookAt: (devices) => tell({ listenFor: devices }),
    async stop() {
      stopped = true;
      await worker.terminate();
    },
  };
}

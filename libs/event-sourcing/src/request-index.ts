import type { CompletedRequest } from "./event.ts";
import type { Position } from "./event-store.ts";

/** How long a request_id is remembered. */
const requestMemoryMs = 24 * 60 * 60 * 1000;

export interface RememberedRequest {
  readonly hash: string;
  readonly resourceId: string;
  readonly position: Position;
  readonly timeMs: number;
}

export type RequestKey = Pick<CompletedRequest, "id" | "projectId" | "caller" | "method">;

/** What completed requests led to, by (project, caller, method, request_id), for 24 hours of log time. */
export interface RequestIndex {
  find(key: RequestKey): RememberedRequest | undefined;
  remember(request: CompletedRequest, position: Position, timeMs: number): void;
  entries(): Map<string, RememberedRequest>;
}

/** @param byKey what is remembered already, and from here on is this index's own. */
export function createRequestIndex(byKey = new Map<string, RememberedRequest>()): RequestIndex {
  // A Map keeps insertion order and time never decreases along the log: the oldest come first.
  const forgetBefore = (timeMs: number): void => {
    for (const [key, { timeMs: at }] of byKey) {
      if (at >= timeMs) return;
      byKey.delete(key);
    }
  };
  return {
    find: (key) => byKey.get(text(key)),
    remember(request, position, timeMs) {
      forgetBefore(timeMs - requestMemoryMs);
      const { hash, resourceId } = request;
      byKey.set(text(request), { hash, resourceId, position, timeMs });
    },
    entries: () => byKey,
  };
}

const text = ({ projectId, caller, method, id }: RequestKey): string => JSON.stringify([projectId, caller, method, id]);

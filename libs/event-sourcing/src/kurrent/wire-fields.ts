/** Field numbers of the messages that are written and read by hand, at both ends (proto/kurrent/streams.proto, shared.proto). */

/** Of BatchAppendReq. */
export const batchRequest = { correlationId: 1, options: 2, proposedMessages: 3, isFinal: 4 } as const;
export const batchOption = {
  stream: 1,
  revision: 2,
  noStream: 3,
  any: 4,
  streamExists: 5,
  timeOfDay: 6,
  duration: 7,
} as const;
export const proposed = { id: 1, metadata: 2, customMetadata: 3, data: 4 } as const;

/** Of BatchAppendResp. */
export const batchResponse = { correlationId: 1, error: 2, success: 3, stream: 4 } as const;
export const batchSuccess = { currentRevision: 1, noStream: 2, position: 3 } as const;

/** Of ReadResp. */
export const readResponse = { event: 1, caughtUp: 8 } as const;
export const readEvent = { event: 1, commitPosition: 3 } as const;
export const recorded = {
  id: 1,
  stream: 2,
  revision: 3,
  preparePosition: 4,
  commitPosition: 5,
  metadata: 6,
  customMetadata: 7,
  data: 8,
} as const;

/** Of what is in several of them. */
export const uuid = { structured: 1, text: 2 } as const;
export const leastSignificantBits = 2;
export const streamName = 3;
export const position = { commit: 1, prepare: 2 } as const;
export const time = { seconds: 1, nanos: 2 } as const;
export const mapEntry = { key: 1, value: 2 } as const;

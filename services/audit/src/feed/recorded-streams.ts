import { categoriesOf, prefixOf, writerStream, writingServices } from "@rhumbline/event-sourcing";

/** Who writes, and when that changed: what the fence is made of. */
export const writerStreams: readonly string[] = writingServices.map(writerStream);

/** Every stream of the services, those of their writers included. What else is in the log is not the network's history. */
export const recordedStreams: readonly string[] = [
  ...writerStreams,
  ...writingServices.flatMap(categoriesOf).map(prefixOf),
];

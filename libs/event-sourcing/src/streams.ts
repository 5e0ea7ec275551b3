/** Which service writes which streams: a stream is named `<category>-<id>` and has one owner. DESIGN: docs/architecture.md. */
const ownerByCategory = {
  subnetPool: "ipam",
  scope: "ipam",
  subnet: "ipam",
  network: "topology",
  segmentRange: "topology",
  port: "topology",
  securityGroup: "topology",
  addressGroup: "topology",
  router: "topology",
  floatingIp: "topology",
  quota: "topology",
  node: "router-scheduler",
  routerBinding: "router-scheduler",
  realised: "router-scheduler",
} as const;

const owners: ReadonlyMap<string, WritingService> = new Map(Object.entries(ownerByCategory));

export type Category = keyof typeof ownerByCategory;
export type WritingService = (typeof ownerByCategory)[Category];

export const writingServices: readonly WritingService[] = [...new Set(Object.values(ownerByCategory))];

/** Names the writer of a service and which log this is; folded by everybody. */
export const writerPrefix = "writer-";
export const logIdentityStream = "log-identity";

export const streamOf = (category: Category, id: string): string => `${category}-${id}`;
export const writerStream = (service: WritingService): string => `${writerPrefix}${service}`;
export const prefixOf = (category: Category): string => `${category}-`;

/** The category of a stream name, and the id after it. */
export function splitStream(stream: string): { category: string; id: string } {
  const dash = stream.indexOf("-");
  return dash < 0 ? { category: stream, id: "" } : { category: stream.slice(0, dash), id: stream.slice(dash + 1) };
}

/** Undefined for streams that no service's epoch guards. */
export function ownerOf(stream: string): WritingService | undefined {
  const dash = stream.indexOf("-");
  return owners.get(dash < 0 ? stream : stream.slice(0, dash));
}

export function categoriesOf(service: WritingService): Category[] {
  return (Object.keys(ownerByCategory) as Category[]).filter((category) => ownerByCategory[category] === service);
}

import { inOneLine } from "../output/details.ts";

/** One field that an event changed, in words. Undefined: it had no value, or has none now. */
export interface FieldChange {
  /** As filters and masks call it. */
  readonly field: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

type Data = Readonly<Record<string, unknown>>;

/** What an event tells: fields and their new values. Undefined: no value any more. */
type Told = Readonly<Record<string, unknown>>;

/** What the events of one resource changed, each against those before it.
 *  @returns for each event in turn its changes. */
export function foldChanges(events: readonly { readonly type: string; readonly data: Data }[]): FieldChange[][] {
  const present = new Map<string, unknown>();
  return events.map(({ type, data }) =>
    Object.entries(tell(type, data)).flatMap(([name, value]) => {
      const field = inSnakeCase(name);
      const from = present.get(field);
      present.set(field, value);
      return changesOf(field, from, value);
    }),
  );
}

/** Of what is made of parts, and was before, those that are others now. */
function changesOf(field: string, from: unknown, to: unknown): FieldChange[] {
  if (isRecord(from) && isRecord(to)) {
    const parts = [...new Set([...Object.keys(from), ...Object.keys(to)])];
    return parts.flatMap((part) => changesOf(`${field}.${inSnakeCase(part)}`, from[part], to[part]));
  }
  const [before, now] = [wordsOf(from), wordsOf(to)];
  return before === now ? [] : [{ field, from: before, to: now }];
}

const isRecord = (value: unknown): value is Data =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const wordsOf = (value: unknown): string | undefined =>
  value === undefined || value === "" ? undefined : textOf(value);

/** Events whose fields are those of the resource under other names, or are part of a list of it. */
const toldBy: Readonly<Record<string, (data: Data) => Told>> = {
  RouterGatewaySet: ({ gateway }) => ({ externalGateway: gateway }),
  RouterGatewayCleared: () => ({ externalGateway: undefined }),
  RouterInterfaceAdded: ({ interface: added }) => ({ [interfaceOf(record(added)["portId"])]: added }),
  RouterInterfaceRemoved: ({ portId }) => ({ [interfaceOf(portId)]: undefined }),
  RouterBound: ({ nodeId, reason }) => ({ nodeId, reason }),
  RouterUnbound: ({ reason }) => ({ nodeId: undefined, reason }),
  PortBound: ({ nodeId, device }) => ({ nodeId, device, move: undefined }),
  PortUnbound: () => ({ nodeId: undefined, device: undefined, move: undefined }),
  PortMoveStarted: ({ toNodeId, device }) => ({ move: { nodeId: toNodeId, device } }),
  PortMoveAborted: () => ({ move: undefined }),
  FloatingIpAssociated: ({ portId, fixedIpAddress, routerId }) => ({ portId, fixedIpAddress, routerId }),
  FloatingIpDisassociated: () => ({ portId: undefined, fixedIpAddress: undefined, routerId: undefined }),
  SecurityGroupRuleAdded: ({ rule }) => ({ [ruleOf(record(rule)["id"])]: withoutId(record(rule)) }),
  SecurityGroupRuleRemoved: ({ ruleId }) => ({ [ruleOf(ruleId)]: undefined }),
};

const ruleOf = (ruleId: unknown): string => `rule ${String(ruleId)}`;

const interfaceOf = (portId: unknown): string => `interface ${String(portId)}`;

function tell(type: string, data: Data): Told {
  const known = toldBy[type];
  if (known !== undefined) return known(data);
  if (type.endsWith("Created")) return withoutId(record(Object.values(data)[0]));
  if (type.endsWith("Deleted")) return {};
  const { changed, ...rest } = data;
  if (changed === undefined) return rest;
  const values = record(Object.values(rest).find((value) => typeof value === "object"));
  return Object.fromEntries(pathsOf(changed).map((path) => [path, values[path]]));
}

/** A field mask in proto3 JSON is one text: "name,adminStateUp". */
const pathsOf = (mask: unknown): string[] =>
  String(mask)
    .split(",")
    .map((path) => path.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));

const withoutId = ({ id: _, ...fields }: Data): Told => fields;

const record = (value: unknown): Data => (isRecord(value) ? value : {});

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.map((item) => inOneLine(item)).join(", ") || "none" : inOneLine(value);
}

const inSnakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

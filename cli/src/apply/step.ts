import { CommandFailed } from "../errors/usage-error.ts";
import { enumText } from "../resource/flags.ts";
import { equalTo, listWhere } from "../resource/name-or-id.ts";
import type { Session } from "../session/session.ts";
import { fieldsByKind } from "../topology-file/fields-by-kind.ts";
import { describeWanted, type Wanted, type WantedRecord } from "../topology-file/wanted.ts";
import { appliers } from "./appliers.ts";
import { type Difference, differences } from "./differences.ts";
import { isRecord, type JsonRecord } from "./json.ts";
import { projectIs, resolveReferences, type Topology } from "./references.ts";

/** What applying one resource of the file does. */
export interface Step {
  readonly wanted: Wanted;
  readonly action: "create" | "change" | "none";
  /** Its fields with ids in the places of names. */
  readonly json: JsonRecord;
  /** As it is now. Undefined: it is to be made. */
  readonly present: JsonRecord | undefined;
  readonly differences: readonly Difference[];
  /** What it needs and is not there yet. */
  readonly pending: readonly string[];
}

/** Compares one resource of the file with what there is, and notes its id.
 *  @throws {CommandFailed} its name, or one that it refers to, is ambiguous or not known; or what differs can't be changed. */
export async function planStep(session: Session, topology: Topology, wanted: Wanted): Promise<Step> {
  const { value, pending: named } = await resolveReferences(session, topology, wanted);
  const json = isRecord(value) ? value : {};
  const pending = [...named, ...defaultPoolsToCome(topology, json)];
  const present = await findPresent(session, topology, wanted, json, pending);
  const found = differences(json, present ?? {}, fieldsByKind[wanted.kind]);
  const step = { wanted, json, present, differences: found, pending };
  if (present === undefined) return { ...step, action: "create" };
  topology.ids.set(wanted, String(present["id"]));
  refuseImmutable(topology, wanted, present, found);
  return { ...step, action: found.length === 0 ? "none" : "change" };
}

/** A subnet of the default pool names no pool: it is that which the file makes the default. */
function defaultPoolsToCome({ left }: Topology, { defaultPoolIpVersion: version }: JsonRecord): string[] {
  return [...left]
    .filter(
      ({ kind, fields }) => kind === "subnetpool" && fields["isDefault"] === true && ipVersionOf(fields) === version,
    )
    .map(describeWanted);
}

/** Of a pool: that of its prefixes, which all have the same. */
const ipVersionOf = ({ prefixes }: WantedRecord): number => (String(prefixes).includes(":") ? 6 : 4);

async function findPresent(
  session: Session,
  { file }: Topology,
  wanted: Wanted,
  json: JsonRecord,
  pending: readonly string[],
): Promise<JsonRecord | undefined> {
  const { resource, compared = asItIs } = appliers[wanted.kind];
  const filter = identity(wanted, json);
  // What stands for a port, or lies on a network, that does not exist yet does not exist either.
  if (wanted.kind === "port-forwarding" && pending.some((what) => what.startsWith("floatingip/"))) return undefined;
  if (wanted.kind === "floatingip" && pending.length > 0 && json["floatingIpAddress"] === undefined) return undefined;
  const items = await listWhere(session, resource, `${filter} AND ${projectIs(wanted.project)}`);
  if (items.length > 1) {
    const ids = items.map(resource.idOf).join(", ");
    throw new CommandFailed(
      `${file}:${wanted.line}: project ${wanted.project} has several of ${describeWanted(wanted)}, so that it can't be told which is meant: ${ids}`,
    );
  }
  return items[0] === undefined ? undefined : compared(resource.toJson(items[0]) as JsonRecord);
}

const asItIs = (json: JsonRecord): JsonRecord => json;

/** The filter that finds it: by its name; a floating IP by its address, or by what it stands for; a port forwarding by
 *  where it begins. */
function identity({ kind, label }: Wanted, json: JsonRecord): string {
  if (kind === "port-forwarding") return portForwardingIdentity(json);
  if (kind !== "floatingip") return equalTo("name", label);
  const { floatingIpAddress, portId, fixedIpAddress } = json;
  if (typeof floatingIpAddress === "string") return equalTo("floating_ip_address", floatingIpAddress);
  const port = equalTo("port_id", String(portId));
  return typeof fixedIpAddress === "string" ? `${port} AND ${equalTo("fixed_ip_address", fixedIpAddress)}` : port;
}

function portForwardingIdentity({ floatingIpId, protocol, externalPorts }: JsonRecord): string {
  const name = enumText(String(protocol), "PORT_FORWARDING_PROTOCOL_").toLowerCase();
  const first = isRecord(externalPorts) ? String(externalPorts["first"]) : "";
  return `${equalTo("floating_ip_id", String(floatingIpId))} AND ${equalTo("protocol", name)} AND ${equalTo("external_ports.first", first)}`;
}

function refuseImmutable({ file }: Topology, wanted: Wanted, present: JsonRecord, found: readonly Difference[]): void {
  const immutable = found.filter(({ within }) => within.immutable).map(({ field }) => field);
  if (immutable.length === 0) return;
  throw new CommandFailed(
    `${file}:${wanted.line}: ${immutable.join(", ")} of ${describeWanted(wanted)} (${String(present["id"])}) can't be changed: ` +
      "delete it first, or give the new one another name",
  );
}

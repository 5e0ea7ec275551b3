import { isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments, type YAMLMap } from "yaml";
import { suggestion } from "../errors/nearest.ts";
import { Complaints } from "./complaints.ts";
import { type Fields, text as textType } from "./field-types.ts";
import { fieldsByKind } from "./fields-by-kind.ts";
import { readRecord } from "./read-value.ts";
import { openReading, type Reading } from "./reading.ts";
import { describeWanted, isReference, type Kind, kinds, type Wanted, type WantedRecord } from "./wanted.ts";

/** Reads a topology file: YAML documents, each one resource or a list of them.
 *  @param file its name, for complaints. @param project of resources that name none.
 *  @throws {CommandFailed} naming every line that is wrong, and what would be accepted there. */
export function readTopology(source: string, file: string, project: string): Wanted[] {
  const complaints = new Complaints(file);
  const lines = new LineCounter();
  const wanted: Wanted[] = [];
  for (const document of parseAllDocuments(source, { lineCounter: lines, prettyErrors: false })) {
    for (const { message, pos } of document.errors) complaints.add(lines.linePos(pos[0]).line, `not YAML: ${message}`);
    if (document.errors.length > 0) continue;
    const reading = openReading(document, lines, complaints, document.range[0]);
    const { contents } = document;
    const items = isSeq<Node | null>(contents) ? contents.items : isEmpty(contents) ? [] : [contents];
    for (const item of items) wanted.push(...readResource(item, reading, project));
  }
  complainOfRepeats(wanted, complaints);
  complaints.raise();
  return wanted;
}

const isEmpty = (node: Node | null): boolean => node === null || (isScalar(node) && node.value === null);

function readResource(node: Node | null, reading: Reading, defaultProject: string): Wanted[] {
  const described = `a resource is a mapping with its kind (${kinds.join(", ")}) and its fields`;
  if (!isMap(node)) return reading.complain(node, described) ?? [];
  const kindNode = node.get("kind", true) as Node | undefined;
  const given = isScalar(kindNode) ? String(kindNode.value) : undefined;
  const kind = kinds.find((candidate) => candidate === given);
  if (kind === undefined) {
    const complaint = given === undefined ? described : `there is no kind ${JSON.stringify(given)}`;
    const known = given === undefined ? "" : suggestion(given, kinds) || `; accepted are ${kinds.join(", ")}`;
    return reading.complain(kindNode ?? node, complaint + known) ?? [];
  }
  const { project, ...fields } = readRecord(node, { ...ofAnyKind, ...fieldsByKind[kind] }, "", reading);
  const { kind: _, ...said } = fields;
  const label = labelOf(kind, said);
  if (label === undefined) return complainOfNamelessness(kind, node, reading);
  const line = reading.lineOf(node);
  return [{ kind, label, project: typeof project === "string" ? project : defaultProject, line, fields: said }];
}

const ofAnyKind: Fields = { kind: { api: "kind", value: textType }, project: { api: "project", value: textType } };

/** By what a resource is found again. */
function labelOf(kind: Kind, fields: WantedRecord): string | undefined {
  if (kind === "port-forwarding") return portForwardingLabel(fields);
  const { name, floatingIpAddress, portId } = fields;
  if (kind !== "floatingip") return typeof name === "string" && name !== "" ? name : undefined;
  if (typeof floatingIpAddress === "string") return floatingIpAddress;
  return portId !== undefined && isReference(portId) ? `for ${portId.name}` : undefined;
}

/** "203.0.113.9 tcp 8080": where it begins. */
function portForwardingLabel({ floatingIpId, protocol, externalPorts }: WantedRecord): string | undefined {
  if (floatingIpId === undefined || !isReference(floatingIpId) || typeof protocol !== "string") return undefined;
  if (typeof externalPorts !== "object" || externalPorts === null || !("first" in externalPorts)) return undefined;
  const { first } = externalPorts;
  return `${floatingIpId.name} ${protocol.replace("PORT_FORWARDING_PROTOCOL_", "").toLowerCase()} ${String(first)}`;
}

/** A missing name has been complained of. */
function complainOfNamelessness(kind: Kind, node: YAMLMap, reading: Reading): [] {
  const complaint = "a floatingip is found by its floating_ip_address or by its port: give one of them";
  if (kind === "floatingip") reading.complain(node, complaint);
  else if (node.get("name") === "") reading.complain(node, "name must not be empty: it is what a resource is found by");
  return [];
}

function complainOfRepeats(wanted: readonly Wanted[], complaints: Complaints): void {
  const firstLine = new Map<string, number>();
  for (const { kind, label, project, line, fields } of wanted) {
    const key = JSON.stringify([kind, label, project, kind === "floatingip" ? (fields["fixedIpAddress"] ?? "") : ""]);
    const before = firstLine.get(key);
    if (before === undefined) firstLine.set(key, line);
    else complaints.add(line, `${describeWanted({ kind, label })} is in this file already, at line ${before}`);
  }
}

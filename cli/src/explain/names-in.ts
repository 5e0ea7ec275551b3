import type { ExplainPortResponse } from "@rhumbline/proto/rhumbline/scheduler/v1/port_explanation_service";
import { networkResource } from "../commands/network.ts";
import { portResource } from "../commands/port.ts";
import { routerResource } from "../commands/router-resource.ts";
import { ruleText, securityGroupResource } from "../commands/security-group-resource.ts";
import { subnetResource } from "../commands/subnet.ts";
import { equalTo, listWhere } from "../resource/name-or-id.ts";
import type { Resource } from "../resource/resource.ts";
import { nameOf } from "../resource/wide-columns.ts";
import type { Session } from "../session/session.ts";

/** What an explanation speaks of by ids, as people call it. */
export interface Names {
  /** The id itself for what has no name that the caller may know. */
  name(id: string): string;
  /** A text with a name in place of each id. */
  named(text: string): string;
  /** By id: "ingress ipv4 tcp 22". */
  readonly rules: ReadonlyMap<string, string>;
}

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

export async function namesIn(session: Session, portId: string, answer: ExplainPortResponse): Promise<Names> {
  const nameById = new Map<string, string>();
  const addNames = async <T>(resource: Resource<T>, ids: readonly string[]): Promise<readonly T[]> => {
    const found = await Promise.all([...new Set(ids)].map((id) => listWhere(session, resource, equalTo("id", id))));
    const items = found.flat();
    for (const item of items) nameById.set(resource.idOf(item), nameOf(resource, item));
    return items;
  };
  const { leases, securityGroupIds, verdict } = answer;
  const onTheWay = idsIn(verdict?.way ?? "");
  const objections = verdict?.ports.flatMap(({ rules }) => rules.flatMap(({ objection }) => idsIn(objection))) ?? [];
  const judged = verdict?.ports.flatMap(({ rules }) => rules.map((rule) => rule.securityGroupId)) ?? [];
  await addNames(portResource, [portId, ...onTheWay, ...(verdict?.ports.map((port) => port.portId) ?? [])]);
  await addNames(networkResource, onTheWay);
  await addNames(routerResource, onTheWay);
  await addNames(
    subnetResource,
    leases.map(({ subnetId }) => subnetId),
  );
  const groups = await addNames(securityGroupResource, [...securityGroupIds, ...judged, ...objections]);
  const name = (id: string): string => nameById.get(id) || id;
  const named = (text: string): string => text.replaceAll(uuid, name);
  const rules = new Map(
    groups.flatMap((group) => group.rules.map((rule) => [rule.id, named(ruleText(rule))] as const)),
  );
  return { name, named, rules };
}

const idsIn = (text: string): string[] => text.match(uuid) ?? [];

import { change } from "../resource/mutation.ts";
import type { Session } from "../session/session.ts";
import { appliers, type Written } from "./appliers.ts";
import type { JsonRecord } from "./json.ts";
import { merged } from "./merged.ts";
import { setInterfaces } from "./router-interfaces.ts";
import type { Step } from "./step.ts";

/** Does what a step says; with validateOnly, asks the services whether it could be done.
 *  @returns undefined where nothing had to be. */
export async function execute(session: Session, step: Step, validateOnly: boolean): Promise<Written | undefined> {
  const { wanted, action, json } = step;
  if (action === "none") return undefined;
  const { interfaces, ...fields } = json;
  const written =
    action === "create" ? await create(session, step, fields, validateOnly) : await update(session, step, validateOnly);
  const present = step.present?.["interfaces"];
  const routerId = written?.id ?? String(step.present?.["id"] ?? "");
  if (wanted.kind !== "router" || interfaces === undefined || (validateOnly && action === "create")) return written;
  return (await setInterfaces(session, routerId, interfaces, present, validateOnly)) ?? written;
}

function create(session: Session, { wanted }: Step, fields: JsonRecord, validateOnly: boolean): Promise<Written> {
  const json = { ...withoutNull(fields), projectId: wanted.project };
  return change({ validateOnly }, (mutation) => appliers[wanted.kind].create(session, json, mutation));
}

/** A router's interfaces are no settable field: they are added and removed. */
async function update(session: Session, step: Step, validateOnly: boolean): Promise<Written | undefined> {
  const { wanted, json, present = {}, differences } = step;
  const changed = new Map(differences.map(({ within }) => [within.api, within]));
  changed.delete("interfaces");
  if (changed.size === 0) return undefined;
  const entries = [...changed].map(([api, { value }]) => [api, merged(json[api], present[api], value)]);
  const changes = withoutNull({ ...Object.fromEntries(entries), id: present["id"] });
  const updateMask = [...changed.keys()].map((api) => api.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
  const etag = String(present["etag"] ?? "");
  return change({ validateOnly }, (mutation) =>
    appliers[wanted.kind].update(session, changes, { updateMask, etag, ...mutation }),
  );
}

/** In proto3 JSON, what there is none of is left out. */
const withoutNull = (fields: JsonRecord): JsonRecord =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));

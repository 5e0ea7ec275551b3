import { change } from "../resource/mutation.ts";
import type { Session } from "../session/session.ts";
import { fieldsByKind } from "../topology-file/fields-by-kind.ts";
import type { Written } from "./appliers.ts";
import { matches } from "./differences.ts";
import { isList, isRecord, type Json, type JsonRecord } from "./json.ts";

/** Removes the interfaces that are not wanted, then adds those that are missing: a new one may need what an old one holds.
 *  @returns undefined where nothing had to be done. */
export async function setInterfaces(
  session: Session,
  routerId: string,
  wanted: Json,
  present: Json,
  validateOnly: boolean,
): Promise<Written | undefined> {
  const type = fieldsByKind.router["interfaces"]?.value;
  const one = type?.type === "list" ? type.of : undefined;
  if (one === undefined) return undefined;
  const [wants, has] = [records(wanted), records(present)];
  const surplus = has.filter((item) => !wants.some((want) => matches(want, item, one)));
  const missing = wants.filter((want) => !has.some((item) => matches(want, item, one)));
  let last: Written | undefined;
  for (const { portId } of surplus) {
    const which = { routerId, portId: String(portId), subnetId: "" };
    const { position } = await change({ validateOnly }, (fields) =>
      session.routers.removeRouterInterface({ ...which, ...fields }),
    );
    last = { id: routerId, position };
  }
  for (const { subnetId, portId } of missing) {
    const which = { routerId, subnetId: String(subnetId ?? ""), portId: String(portId ?? "") };
    const { position } = await change({ validateOnly }, (fields) =>
      session.routers.addRouterInterface({ ...which, ...fields }),
    );
    last = { id: routerId, position };
  }
  return last;
}

const records = (list: Json): JsonRecord[] => (isList(list) ? list.filter(isRecord) : []);

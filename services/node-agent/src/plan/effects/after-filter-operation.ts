import { withEntry } from "../../observed/edit-kernel.ts";
import type { ObservedKernel } from "../../observed/observed-kernel.ts";
import { identityOf } from "../../security/filter-object.ts";
import type { ChangeFilter, DeleteConnections, MarkConnections } from "../operation.ts";

export function afterChangeFilter(before: ObservedKernel, { put, remove }: ChangeFilter): ObservedKernel {
  let filter = before.filter;
  for (const object of remove) filter = withEntry(filter, identityOf(object), undefined);
  for (const object of put) filter = withEntry(filter, identityOf(object), object);
  return { ...before, filter };
}

export function afterDeleteConnections(before: ObservedKernel, { zone }: DeleteConnections): ObservedKernel {
  return { ...before, connections: before.connections.filter((connection) => connection.zone !== zone) };
}

export function afterMarkConnections(before: ObservedKernel, { connections, mark }: MarkConnections): ObservedKernel {
  const marked = new Set(connections);
  return {
    ...before,
    connections: before.connections.map((connection) =>
      marked.has(connection) ? { ...connection, mark } : connection,
    ),
  };
}

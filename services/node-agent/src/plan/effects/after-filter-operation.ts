import type { ObservedKernel } from "../../observed/observed-kernel.ts";
import { identityOf } from "../../security/filter-object.ts";
import type { ChangeFilter, DeleteConnections, MarkConnections } from "../operation.ts";

export function afterChangeFilter(before: ObservedKernel, { put, remove }: ChangeFilter): ObservedKernel {
  const filter = new Map(before.filter);
  for (const object of remove) filter.delete(identityOf(object));
  for (const object of put) filter.set(identityOf(object), object);
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

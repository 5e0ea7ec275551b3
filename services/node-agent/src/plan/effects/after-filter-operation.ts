import { editNamespace, filterOf, withEntry } from "../../observed/edit-kernel.ts";
import type { ObservedKernel } from "../../observed/observed-kernel.ts";
import { identityOf } from "../../security/filter-object.ts";
import type { ChangeFilter, DeleteConnections, MarkConnections } from "../operation.ts";

export function afterChangeFilter(before: ObservedKernel, { netns, put, remove }: ChangeFilter): ObservedKernel {
  let filter = filterOf(before, netns);
  for (const object of remove) filter = withEntry(filter, identityOf(object), undefined);
  for (const object of put) filter = withEntry(filter, identityOf(object), object);
  return netns === "" ? { ...before, filter } : editNamespace(before, netns, (namespace) => ({ ...namespace, filter }));
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

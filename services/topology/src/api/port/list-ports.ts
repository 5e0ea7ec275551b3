import { SortedIds } from "@rhumbline/event-sourcing";
import {
  type Caller,
  type Columns,
  filterTerms,
  type InOrder,
  isAdmin,
  type ListRequest,
  listPage,
  type Page,
  type Place,
  sees,
} from "@rhumbline/grpc";
import type { ActivePort } from "../../port/state.ts";
import { idOfNameKey, nameKey } from "../../read-model/name-key.ts";
import type { TopologyState } from "../../read-model/state.ts";
import { portStatus } from "../../read-model/status.ts";
import { portBelonging } from "../access/permitted.ts";

/** A page of the ports that the caller sees. No more of them are looked at than it takes. */
export function listPorts(state: TopologyState, caller: Caller, request: ListRequest): Page<ActivePort> {
  const columns = columnsFor(state, caller);
  const ids = idsFor(state, request.filter, columns);
  // An administrator sees all: not worth asking a hundred thousand times.
  const isSeen = (port: ActivePort): boolean => isAdmin(caller) || sees(caller, "port", portBelonging(state, port));
  function* seen(portIds: Iterable<string>): Generator<ActivePort> {
    for (const portId of portIds) {
      const port = state.ports.get(portId);
      if (port !== undefined && isSeen(port)) yield port;
    }
  }
  const inOrder: InOrder<ActivePort> = {
    after: (id) => seen(ids.after(id)),
    // The few of a network or a device are put in order faster than all are looked through.
    by: (column, place) => (column === "name" && ids === state.portIds ? seen(idsByName(state, place)) : undefined),
  };
  return listPage(inOrder, columns, request);
}

function* idsByName({ portNames }: TopologyState, place?: Place): Generator<string> {
  for (const key of portNames.after(place && nameKey(place.text, place.id))) yield idOfNameKey(key);
}

const columnsFor = (state: TopologyState, caller: Caller): Columns<ActivePort> => ({
  id: ({ id }) => id,
  project_id: ({ port }) => port.projectId,
  network_id: ({ port }) => port.networkId,
  name: ({ port }) => port.name,
  mac_address: ({ port }) => port.macAddress,
  device_id: ({ port }) => port.deviceId,
  device_owner: ({ port }) => port.deviceOwner,
  "binding.host": ({ port }) => (isAdmin(caller) ? port.binding?.host : undefined),
  "binding.device": ({ port }) => (isAdmin(caller) ? port.binding?.device : undefined),
  description: ({ port }) => port.description,
  tags: ({ port }) => port.tags,
  admin_state_up: ({ port }) => port.adminStateUp ?? true,
  "fixed_ips.ip_address": ({ port }) => port.fixedIps.map(({ ipAddress }) => ipAddress),
  "fixed_ips.subnet_id": ({ port }) => port.fixedIps.map(({ subnetId }) => subnetId),
  status: (port) => portStatus(state, port),
  create_time: ({ createTimeMs }) => createTimeMs,
  update_time: ({ updateTimeMs }) => updateTimeMs,
});

/** Where the filter names a network or a device, its ports alone can match. */
function idsFor(state: TopologyState, filter: string, columns: Columns<ActivePort>): SortedIds {
  const { portIds, portsByNetwork, portsByDevice } = state;
  const indexes = new Map([
    ["network_id", portsByNetwork],
    ["device_id", portsByDevice],
  ]);
  for (const { field, operator, value } of filterTerms(filter, Object.keys(columns))) {
    const index = operator === "=" && value !== "" ? indexes.get(field) : undefined;
    if (index !== undefined) return index.get(value) ?? SortedIds.from();
  }
  return portIds;
}

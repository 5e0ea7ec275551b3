import { type Columns, listPage, type MountedService, mount, sees } from "@rhumbline/grpc";
import type { AddressGroup } from "@rhumbline/proto/rhumbline/topology/v1/address_group";
import { AddressGroupServiceService } from "@rhumbline/proto/rhumbline/topology/v1/address_group_service";
import type { ActiveAddressGroup, AddressGroupState } from "../../address-group/state.ts";
import { addressGroups } from "../../read-model/state.ts";
import { permittedAddressGroup } from "../access/permitted.ts";
import { changing } from "../changing.ts";
import type { TopologyContext } from "../context.ts";
import { requireActive, requireUuid, stamps } from "../request-fields.ts";
import { createAddressGroup, deleteAddressGroup, updateAddressGroup } from "./address-group-work.ts";

const columns: Columns<ActiveAddressGroup> = {
  id: ({ id }) => id,
  project_id: ({ group }) => group.projectId,
  name: ({ group }) => group.name,
  create_time: ({ createTimeMs }) => createTimeMs,
};

const toGroup = (active: ActiveAddressGroup): AddressGroup => ({ ...active.group, ...stamps(active) });

export function mountAddressGroupService(context: TopologyContext): MountedService {
  const { fold, readable } = context;
  const find = (id: string): AddressGroupState => addressGroups.select(fold.state, id);
  const answer = (state: AddressGroupState, position: number, id: string) => ({
    addressGroup: toGroup(requireActive("address group", id, state)),
    position,
  });

  return mount(AddressGroupServiceService, {
    createAddressGroup: changing(context, { work: createAddressGroup(), find, answer }),
    updateAddressGroup: changing(context, { work: updateAddressGroup(context), find, answer }),
    deleteAddressGroup: changing(context, {
      work: deleteAddressGroup(context),
      find,
      answer: (_group, position) => ({ position }),
    }),

    async getAddressGroup(request, call) {
      const id = requireUuid("id", request.id);
      const { state, position } = await readable(request, call);
      return { addressGroup: toGroup(permittedAddressGroup(state, call, id)), position };
    },

    async listAddressGroups(request, call) {
      const { state, position } = await readable(request, call);
      const seen = [...state.addressGroups.values()].filter(({ group }) => sees(call.caller, "address group", group));
      const { items, nextPageToken } = listPage(seen, columns, request);
      return { addressGroups: items.map(toGroup), nextPageToken, position };
    },
  });
}

import { fieldChecks, requireFields } from "@rhumbline/grpc";
import type {
  CreateAddressGroupRequest,
  DeleteAddressGroupRequest,
  UpdateAddressGroupRequest,
} from "@rhumbline/proto/rhumbline/topology/v1/address_group_service";
import type { MutationCall } from "@rhumbline/service";
import { decideAddressGroup } from "../../address-group/decide.ts";
import { type AddressGroupState, addressGroupFields } from "../../address-group/state.ts";
import { linked } from "../../read-model/index-map.ts";
import { addressGroups } from "../../read-model/state.ts";
import { permittedAddressGroup } from "../access/permitted.ts";
import type { Worked } from "../changing.ts";
import type { TopologyContext } from "../context.ts";
import type { Effects } from "../effects.ts";
import { guards } from "../guard-names.ts";
import { checkImmutable, requireGiven, requireUuid, updatedFields } from "../request-fields.ts";
import { parseAddressGroupValues, parseNewAddressGroup } from "./address-group-request.ts";

type Work<Req> = (request: Req, call: MutationCall, effects: Effects) => Promise<Worked<AddressGroupState>>;

export function createAddressGroup(): Work<CreateAddressGroupRequest> {
  return async (request, call, effects) => {
    const wanted = parseNewAddressGroup(request.addressGroup, call.caller.projectId);
    const { projectId } = wanted;
    requireFields(call.caller, { "address_group.project_id": projectId !== call.caller.projectId });
    const id = call.newId("address group");
    const command = { type: "CreateAddressGroup", group: { ...wanted, id } } as const;
    const decide = (present: AddressGroupState) => decideAddressGroup(command, present);
    const done = await effects.execute(addressGroups, id, decide, call.completion(wanted.projectId, id));
    return { resourceId: id, ...done };
  };
}

export function updateAddressGroup({ fold }: TopologyContext): Work<UpdateAddressGroupRequest> {
  return async (request, call, effects) => {
    const given = requireGiven("address_group", request.addressGroup);
    const id = requireUuid("address_group.id", given.id);
    const { group: present } = permittedAddressGroup(fold.state, call, id);
    const checks = fieldChecks();
    checkImmutable(checks, request, { "address_group.project_id": [given.projectId, present.projectId] });
    checks.done();
    const values = parseAddressGroupValues(given, present);
    const { fields } = updatedFields(request, given, addressGroupFields);
    const command = { type: "UpdateAddressGroup", addressGroupId: id, values, fields, etag: request.etag } as const;
    const decide = (group: AddressGroupState) => decideAddressGroup(command, group);
    const done = await effects.execute(addressGroups, id, decide, call.completion(present.projectId, id));
    return { resourceId: id, ...done };
  };
}

export function deleteAddressGroup({ fold, guards: { hold } }: TopologyContext): Work<DeleteAddressGroupRequest> {
  return async (request, call, effects) => {
    const id = requireUuid("id", request.id);
    return hold({ exclusive: [guards.addressGroup(id)] }, async () => {
      const { group } = permittedAddressGroup(fold.state, call, id);
      const referringGroupIds = linked(fold.state.securityGroupsByRemote, id);
      const command = {
        type: "DeleteAddressGroup",
        addressGroupId: id,
        etag: request.etag,
        referringGroupIds,
      } as const;
      const decide = (present: AddressGroupState) => decideAddressGroup(command, present);
      const done = await effects.execute(addressGroups, id, decide, call.completion(group.projectId, id));
      return { resourceId: id, ...done };
    });
  };
}

import { DomainError } from "@rhumbline/event-sourcing";
import { nameSome } from "../resource/name-some.ts";

export class AddressGroupInUse extends DomainError {
  readonly kind = "conflict";
  readonly reason = "ADDRESS_GROUP_IN_USE";

  constructor(addressGroupId: string, securityGroupIds: readonly string[]) {
    super(`rules of security groups ${nameSome(securityGroupIds)} refer to address group ${addressGroupId}`, {
      addressGroupId,
      securityGroupIds: securityGroupIds.join(","),
    });
  }
}

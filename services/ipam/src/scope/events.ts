import type {
  CidrReleased,
  CidrReserved,
  MacAddressAllocated,
  MacAddressReleased,
  ScopeClosed,
  ScopeOpened,
} from "@rhumbline/proto/rhumbline/ipam/v1/ipam_events";

export type ScopeEvent =
  | { readonly type: "ScopeOpened"; readonly data: ScopeOpened }
  | { readonly type: "ScopeClosed"; readonly data: ScopeClosed }
  | { readonly type: "CidrReserved"; readonly data: CidrReserved }
  | { readonly type: "CidrReleased"; readonly data: CidrReleased }
  | { readonly type: "MacAddressAllocated"; readonly data: MacAddressAllocated }
  | { readonly type: "MacAddressReleased"; readonly data: MacAddressReleased };

import { DomainError, InvalidFields } from "@rhumbline/event-sourcing";
import { type Call, type Channel, failureOf } from "@rhumbline/grpc";
import {
  type AddressWish,
  type AllocateResponse,
  type Allocation,
  AllocationServiceService,
} from "@rhumbline/proto/rhumbline/ipam/v1/allocation_service";

/** In whose name ipam is asked: its events then belong to the same caller, request and trace. */
type Trail = Pick<Call, "caller" | "correlationId" | "traceparent">;

interface AllocationWish {
  readonly networkId: string;
  /** A port's id. */
  readonly ownerId: string;
  /** Empty: one is made. */
  readonly macAddress: string;
  /** Empty: one of the first subnet of each IP version. */
  readonly addresses: readonly AddressWish[];
  /** They give way when their subnet is deleted. */
  readonly yieldsToSubnetDeletion?: boolean;
  /** The field of the caller's request that one of ipam's is from ("addresses[0].ip_address", "mac_address"). Absent: what
   *  ipam says of its own is of no caller's making. */
  readonly asked?: (field: string) => string;
}

export interface ScopeWish {
  readonly networkId: string;
  readonly projectId: string;
  readonly shared: boolean;
  readonly external: boolean;
  /** The network's links are too small for IPv6. */
  readonly ipv4Only: boolean;
}

/** Address management, as far as topology needs it. All of it is safe to repeat. What ipam refuses goes to the caller
 *  as ipam said it.
 *  @throws {IpamUnavailable} */
export interface Ipam {
  openScope(scope: ScopeWish, trail: Trail): Promise<void>;
  closeScope(networkId: string, trail: Trail): Promise<void>;
  allocate(wish: AllocationWish, trail: Trail, options?: { validateOnly?: boolean }): Promise<AllocateResponse>;
  release(networkId: string, ownerId: string, trail: Trail): Promise<void>;
  /** Takes back some of the owner's addresses. */
  releaseAddresses(
    networkId: string,
    ownerId: string,
    addresses: readonly { readonly subnetId: string; readonly ipAddress: string }[],
    trail: Trail,
  ): Promise<void>;
  allocationsOlderThan(ageMs: number, trail: Trail): AsyncIterable<Allocation>;
}

class IpamUnavailable extends DomainError {
  readonly kind = "unavailable";
  readonly reason = "DEPENDENCY_UNAVAILABLE";

  constructor(address: string, cause: unknown) {
    super(`ipam at ${address} can't be reached; try again`, { service: "ipam" }, [], { cause });
  }
}

// As gRPC numbers them: https://grpc.io/docs/guides/status-codes/
const deadlineExceeded = 4;
const unavailable = 14;
const timeoutMs = 10_000;
/** That ipam answers in. */
const largestPage = 1_000;

/** What ipam says of fields, said of the caller's own. Undefined: it says something else. */
function ofCallersFields(error: unknown, asked: (field: string) => string): InvalidFields | undefined {
  const { reason, violations = [] } = failureOf(error) ?? {};
  if (reason !== "INVALID_FIELD") return undefined;
  return new InvalidFields(violations.map(({ field, description }) => ({ field: asked(field), description })));
}

export function createIpam(channel: Channel): Ipam {
  const client = channel.client(AllocationServiceService);

  /** Without the caller's deadline: a step under way is finished, whoever waits for it. */
  const ask = async <T>(call: (options: Trail & { timeoutMs: number }) => Promise<T>, trail: Trail): Promise<T> => {
    const { correlationId, traceparent } = trail;
    const caller = { ...trail.caller, service: "topology" };
    try {
      return await call({ timeoutMs, correlationId, traceparent, caller });
    } catch (error) {
      const failure = failureOf(error);
      const unreached = failure?.code === unavailable || failure?.code === deadlineExceeded;
      if (unreached && failure.reason === undefined) throw new IpamUnavailable(channel.address, error);
      throw error;
    }
  };

  return {
    async openScope({ networkId: scopeId, ...scope }, trail) {
      await ask((options) => client.openScope({ scopeId, ...scope, requestId: "" }, options), trail);
    },
    async closeScope(scopeId, trail) {
      await ask((options) => client.closeScope({ scopeId, requestId: "" }, options), trail);
    },
    async allocate(
      { networkId: scopeId, yieldsToSubnetDeletion = false, asked, ...wish },
      trail,
      { validateOnly = false } = {},
    ) {
      const options = { macOnly: false, requestId: "", validateOnly, yieldsToSubnetDeletion };
      const request = { scopeId, ...wish, ...options };
      try {
        return await ask((call) => client.allocate(request, call), trail);
      } catch (error) {
        throw (asked && ofCallersFields(error, asked)) ?? error;
      }
    },
    async release(scopeId, ownerId, trail) {
      await ask((options) => client.release({ scopeId, ownerId, addresses: [], requestId: "" }, options), trail);
    },
    async releaseAddresses(scopeId, ownerId, named, trail) {
      if (named.length === 0) return;
      const addresses = named.map((address) => ({ ...address, prefixLength: 0 }));
      await ask((options) => client.release({ scopeId, ownerId, addresses, requestId: "" }, options), trail);
    },
    async *allocationsOlderThan(minAgeMs, trail) {
      let pageToken = "";
      do {
        const request = { minAgeMs, pageSize: largestPage, pageToken, minPosition: 0 };
        const page = await ask((options) => client.listAllocations(request, options), trail);
        yield* page.allocations;
        pageToken = page.nextPageToken;
      } while (pageToken !== "");
    },
  };
}

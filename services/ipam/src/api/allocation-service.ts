import { fieldChecks, listPage, type MountedService, mount } from "@rhumbline/grpc";
import { parseCidr } from "@rhumbline/net";
import { AllocationServiceService } from "@rhumbline/proto/rhumbline/ipam/v1/allocation_service";
import type { ServiceContext } from "@rhumbline/service";
import { holdingsOf, type IpamState, scopes } from "../read-model/state.ts";
import { decideScope } from "../scope/decide.ts";
import { parseAllocate, parseRelease, parseScope } from "./allocation-request.ts";
import { createAllocator } from "./allocator.ts";
import { heldAllocations } from "./held-allocations.ts";
import { ownerGuard } from "./owner-guard.ts";

export function mountAllocationService(
  context: ServiceContext<IpamState>,
  settings: { reuseDelayMs: number },
): MountedService {
  const { fold, executor, guards, mutation, readable } = context;
  const allocator = createAllocator(context, settings);

  const answer = (scopeAndOwner: string, position: number) => {
    const [scopeId = "", ownerId = ""] = scopeAndOwner.split("/");
    const { macAddress = "", addresses } = holdingsOf(fold.state, scopeId, ownerId);
    return {
      macAddress,
      addresses: addresses.map(({ subnet, ipAddress }) => ({
        subnetId: subnet.id,
        ipAddress,
        prefixLength: parseCidr(subnet.cidr).prefixLength,
      })),
      position,
    };
  };

  return mount(AllocationServiceService, {
    openScope: mutation({
      async run(request, call) {
        const { scopeId, projectId, shared, ipv4Only, external } = parseScope(request);
        const open = { type: "OpenScope", scopeId, projectId, shared, ipv4Only, external } as const;
        const done = await executor.execute(
          scopes,
          scopeId,
          (s) => decideScope(open, s),
          call.completion(projectId, scopeId),
        );
        return { resourceId: scopeId, position: done.position };
      },
      answer: (_id, position) => ({ position }),
      rehearse: async () => ({ position: fold.position }),
    }),

    closeScope: mutation({
      async run(request, call) {
        const { scopeId } = parseScope(request);
        const close = { type: "CloseScope", scopeId } as const;
        const done = await executor.execute(
          scopes,
          scopeId,
          (s) => decideScope(close, s),
          call.completion("", scopeId),
        );
        return { resourceId: scopeId, position: done.position };
      },
      answer: (_id, position) => ({ position }),
      rehearse: async () => ({ position: fold.position }),
    }),

    allocate: mutation({
      async run(request, call) {
        const wish = parseAllocate(request);
        const { scopeId, ownerId } = wish;
        const position = await guards.hold({ exclusive: [ownerGuard(ownerId)] }, () => allocator.allocate(wish, call));
        return { resourceId: `${scopeId}/${ownerId}`, position };
      },
      answer,
      rehearse: async (request) => ({ ...allocator.rehearse(parseAllocate(request)), position: fold.position }),
    }),

    release: mutation({
      async run(request, call) {
        const { scopeId, ownerId, addresses } = parseRelease(request);
        const position = await guards.hold({ exclusive: [ownerGuard(ownerId)] }, () =>
          addresses.length > 0
            ? allocator.releaseAddresses(scopeId, ownerId, addresses, call)
            : allocator.release(scopeId, ownerId, call),
        );
        return { resourceId: `${scopeId}/${ownerId}`, position };
      },
      answer: (_id, position) => ({ position }),
      rehearse: async () => ({ position: fold.position }),
    }),

    async listAllocations(request, call) {
      const checks = fieldChecks();
      checks.require("min_age_ms", request.minAgeMs >= 0, `${request.minAgeMs} is negative`);
      checks.done();
      const { position } = await readable(request, call);
      const now = Date.now();
      const held = heldAllocations(fold.state);
      const old: typeof held = {
        *after(id) {
          for (const each of held.after(id)) if (now - each.timeMs >= request.minAgeMs) yield each;
        },
      };
      const { items, nextPageToken } = listPage(old, {}, { ...request, filter: "", orderBy: "" });
      const allocations = items.map(({ id, scopeId, ownerId, timeMs }) => {
        const { macAddress, addresses } = answer(id, position);
        return { scopeId, ownerId, macAddress, addresses, ageMs: now - timeMs };
      });
      return { allocations, nextPageToken, position };
    },
  });
}

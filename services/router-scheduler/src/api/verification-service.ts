import { NotFound } from "@rhumbline/event-sourcing";
import { fieldChecks, type MountedService, mount } from "@rhumbline/grpc";
import type { Bus } from "@rhumbline/messaging";
import {
  type KernelObject,
  VerificationServiceService,
} from "@rhumbline/proto/rhumbline/diagnosis/v1/verification_service";
import type { ServiceContext } from "@rhumbline/service";
import { isResourceKey } from "../compile/resource-key.ts";
import type { NodeDesired } from "../compile/state.ts";
import type { SchedulerState } from "../read-model/state.ts";
import { type ReportedObject, rulesOf } from "../realised/kernel-objects.ts";
import { speaksOf } from "../verification/speaks-of.ts";
import { readReportedKernel } from "./reported-kernel.ts";
import { overTheBus } from "./unreachable.ts";
import { verifyBucket } from "./verify-bucket.ts";
import { verifyNode } from "./verify-node.ts";

const maxObjects = 1_000;

export function mountVerificationService(context: ServiceContext<SchedulerState>, bus: Bus): MountedService {
  const { fold, store, readable } = context;
  return mount(VerificationServiceService, {
    verifyDesiredState: async () => ({ nodes: await overTheBus(() => verifyBucket(context, bus)) }),

    async verifyNode({ nodeId }) {
      return verifyNode(context, bus, requireNodeId(nodeId));
    },

    async listKernelObjects({ nodeId, text, minPosition }, call) {
      requireNodeId(nodeId);
      await readable({ minPosition }, call);
      if (!fold.state.nodes.has(nodeId)) throw new NotFound("node", nodeId);
      const { objects } = await readReportedKernel(store, nodeId);
      const desired = fold.state.desired.get(nodeId);
      const has = ({ object: { netns, key, value } }: ReportedObject): boolean =>
        [netns, key, value].some((part) => speaksOf(part, text));
      const found = [...objects.values()].flatMap(rulesOf).filter(has);
      return {
        objects: found.slice(0, maxObjects).map((object) => withCause(object, desired)),
        position: fold.position,
      };
    },
  });
}

export function requireNodeId(nodeId: string): string {
  const checks = fieldChecks();
  checks.uuid("node_id", nodeId);
  checks.done();
  return nodeId;
}

function withCause({ object, by }: ReportedObject, desired: NodeDesired | undefined): KernelObject {
  const { position, timeMs, operation, trigger, causationId, correlationId, resource } = by;
  const entry = isResourceKey(resource) ? desired?.entries.get(resource) : undefined;
  return {
    object,
    position,
    time: new Date(timeMs),
    operation,
    trigger,
    causationId,
    correlationId,
    resource,
    desiredPosition: entry?.position ?? 0,
    desiredCausation: entry?.causation,
  };
}

import {
  type GetServiceStateResponse,
  ReplicaRole,
  StateServiceService,
  type VerifyStateResponse,
} from "@rhumbline/proto/rhumbline/service/v1/state_service";
import { eventually } from "./eventually.ts";
import type { ServiceProcess } from "./service-process.ts";

export const stateOf = ({ channel }: Pick<ServiceProcess, "channel">): Promise<GetServiceStateResponse> =>
  channel.client(StateServiceService).getServiceState({});

/** What the running state and a fold of the log from zero differ in. */
export const verify = ({ channel }: Pick<ServiceProcess, "channel">): Promise<VerifyStateResponse> =>
  channel.client(StateServiceService).verifyState({});

/** Waits until the replica may write. */
export async function untilWriter(replica: ServiceProcess): Promise<void> {
  await eventually(async () => {
    const { role } = await stateOf(replica);
    if (role !== ReplicaRole.WRITER) throw new Error(`${replica.name} at ${replica.address} is ${role}`);
  });
}

import { isInstanceDevice } from "@rhumbline/net";
import type { DesiredResource } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { following, type Lookup } from "../observed/following.ts";
import type { DesiredState } from "./desired-state.ts";

/** Devices of instances whose names don't tell that they are such, in order. */
export const namedDevices = ({ resources }: DesiredState): string[] => [...deviceByPort(resources).values()].sort();

const deviceByPort = following((key, resources: Lookup<DesiredResource>) => {
  const resource = resources.get(key)?.resource;
  if (resource?.$case !== "port") return undefined;
  const { device } = resource.value;
  return device === "" || isInstanceDevice(device) ? undefined : device;
});

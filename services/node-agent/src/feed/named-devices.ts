import { isInstanceDevice } from "@rhumbline/net";
import type { DesiredState } from "./desired-state.ts";

/** Devices of instances whose names don't tell that they are such, in order. */
export const namedDevices = ({ resources }: DesiredState): string[] =>
  [...resources.values()]
    .flatMap(({ resource }) => (resource?.$case === "port" ? [resource.value.device] : []))
    .filter((device) => device !== "" && !isInstanceDevice(device))
    .sort();

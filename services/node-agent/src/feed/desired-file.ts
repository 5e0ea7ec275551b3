import { join } from "node:path";
import type { ResourceKey, Version } from "@rhumbline/messaging";
import { Causation, DesiredResource } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { readChecked, writeChecked } from "../store/atomic-file.ts";
import type { DesiredState } from "./desired-state.ts";

interface Kept {
  readonly version: Version;
  readonly causation: unknown;
  readonly resources: readonly (readonly [ResourceKey, unknown])[];
}

/** Keeps the desired state that the agent acts on: written before the first change it leads to. */
export function keepDesiredState(folder: string, { version, causation, resources }: DesiredState): void {
  const kept: Kept = {
    version,
    causation: causation && Causation.toJSON(causation),
    resources: [...resources].map(([key, value]) => [key, DesiredResource.toJSON(value)]),
  };
  writeChecked(fileIn(folder), kept);
}

/** Undefined before the first manifest, or where the file is damaged: then the bus has to say it again. */
export function keptDesiredState(folder: string): DesiredState | undefined {
  const kept = readChecked(fileIn(folder)) as Kept | undefined;
  if (kept === undefined) return undefined;
  return {
    version: kept.version,
    causation: kept.causation === undefined ? undefined : Causation.fromJSON(kept.causation),
    resources: new Map(kept.resources.map(([key, value]) => [key, DesiredResource.fromJSON(value)])),
  };
}

function fileIn(folder: string): string {
  return join(folder, "desired");
}

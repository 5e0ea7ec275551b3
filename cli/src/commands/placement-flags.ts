import { type Command, InvalidArgumentError } from "commander";
import { UsageError } from "../errors/usage-error.ts";

/** What a router asks of its node. False: the flag that takes all of it back. */
export interface PlacementOptions {
  readonly availabilityZoneHint?: readonly string[] | false;
  readonly nodeSelector?: Readonly<Record<string, string>> | false;
}

export function withPlacementFlags(command: Command): Command {
  return command
    .option(
      "--availability-zone-hint <zone>",
      "it runs in this zone, or in one of several; may be repeated",
      collectHint,
    )
    .option("--node-selector <key=value>", "it runs on a node with this label; may be repeated", collectLabel);
}

/** Both flags and those that take them back: for what is there already. */
export const withSettablePlacementFlags = (command: Command): Command =>
  withPlacementFlags(command)
    .option("--no-availability-zone-hint", "it runs in any zone")
    .option("--no-node-selector", "it runs on any node");

export const placementFields = ({ availabilityZoneHint: hints, nodeSelector: selector }: PlacementOptions) => ({
  availabilityZoneHints: hints === false ? [] : hints,
  nodeSelector: selector === false ? {} : selector,
});

const collectHint = (zone: string, before: readonly string[] | boolean = []): string[] => [
  ...(typeof before === "boolean" ? [] : before),
  zone,
];

/** @throws {UsageError} */
function collectLabel(text: string, before: Readonly<Record<string, string>> | boolean = {}) {
  const [, key, value] = /^([^=\s]+)=(\S*)$/.exec(text) ?? [];
  if (key === undefined || value === undefined) throw new InvalidArgumentError("accepted is key=value, like rack=r12.");
  const labels = typeof before === "boolean" ? {} : before;
  if (labels[key] !== undefined) throw new UsageError(`label ${key} is given twice`);
  return { ...labels, [key]: value };
}

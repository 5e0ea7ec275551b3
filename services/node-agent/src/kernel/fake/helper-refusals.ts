import { linksOf } from "../../observed/edit-kernel.ts";
import type { ObservedKernel } from "../../observed/observed-kernel.ts";
import type { HelperOperation } from "../../plan/helper-operation.ts";

/** What a host says to an operation on a helper that it doesn't do; undefined: it does it. */
export function helperRefusal(kernel: ObservedKernel, operation: HelperOperation): string | undefined {
  const { helper, netns } = operation;
  switch (operation.kind) {
    case "start-helper": {
      if (!kernel.namespaces.has(netns)) return `Cannot open network namespace "${netns}": No such file or directory`;
      const device = linksOf(kernel, netns).get(operation.device);
      if (device === undefined) return `Device "${operation.device}" does not exist.`;
      const told = [operation.config, ...(kernel.helpers.get(helper)?.files.values() ?? [])];
      return told.some((text) => text.includes(operation.device))
        ? undefined
        : `${operation.program}: nothing that ${helper} reads names ${operation.device}`;
    }
    case "reload-helper":
    case "forget-helper-leases":
      return kernel.helpers.get(helper)?.process === undefined ? `${helper} does not run` : undefined;
    case "write-helper-file":
    case "delete-helper-file":
    case "remove-helper":
      return undefined;
    default:
      return operation satisfies never;
  }
}

import { linksOf, withEntry, without } from "../../observed/edit-kernel.ts";
import type { ObservedHelper } from "../../observed/observed-helper.ts";
import type { ObservedKernel } from "../../observed/observed-kernel.ts";
import type { HelperOperation, StartHelper } from "../helper-operation.ts";
import type { ChangeConfinement } from "../operation.ts";

export function afterHelperOperation(before: ObservedKernel, operation: HelperOperation): ObservedKernel {
  const { helper: name } = operation;
  const helper = before.helpers.get(name) ?? absent(name);
  const changed = (to: Partial<ObservedHelper>): ObservedKernel => ({
    ...before,
    helpers: withEntry(before.helpers, name, { ...helper, ...to }),
  });
  switch (operation.kind) {
    case "write-helper-file":
      return changed({ files: new Map(helper.files).set(operation.path, operation.content), stale: true });
    case "delete-helper-file":
      return changed({ files: without(helper.files, [operation.path]), stale: true });
    case "start-helper":
      return changed({ process: startedProcess(before, operation), config: operation.config, stale: false });
    case "reload-helper":
      return changed({ stale: false });
    case "forget-helper-leases":
      // Leases are the program's own: nobody looks at them.
      return before;
    case "remove-helper":
      return { ...before, helpers: without(before.helpers, [name]) };
    default:
      return operation satisfies never;
  }
}

const absent = (name: string): ObservedHelper => ({
  name,
  process: undefined,
  config: "",
  files: new Map(),
  stale: false,
});

function startedProcess(kernel: ObservedKernel, { netns, device }: StartHelper): ObservedHelper["process"] {
  return { netns, deviceIndex: linksOf(kernel, netns).get(device)?.index ?? 0 };
}

export function afterChangeConfinement(
  before: ObservedKernel,
  { table, add, remove }: ChangeConfinement,
): ObservedKernel {
  if (table === "deleted") return { ...before, confinement: undefined };
  const elements = new Set(table === "made" ? [] : before.confinement?.elements);
  for (const element of add) elements.add(element);
  for (const element of remove) elements.delete(element);
  const intact = table === "made" || (before.confinement?.intact ?? false);
  return { ...before, confinement: { elements, intact } };
}

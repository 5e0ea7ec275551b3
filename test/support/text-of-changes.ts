import type { NodeChangesApplied } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";

/** All that reports say was done, a line each. */
export function textOfChanges(reports: readonly NodeChangesApplied[]): string {
  return reports
    .flatMap(({ operations }) => operations)
    .flatMap(({ text, changes }) => [text, ...changes.map(({ netns, key, value }) => `${netns} ${key} ${value}`)])
    .join("\n");
}

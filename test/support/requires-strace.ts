import { spawnSync } from "node:child_process";
import type { TestOptions } from "vitest";

const hasStrace = spawnSync("strace", ["-V"], { stdio: "ignore" }).status === 0;

/** For tests that look at a program's system calls. */
export const requiresStrace: TestOptions = hasStrace
  ? {}
  : { skip: true, meta: { skipReason: "strace is not installed" } };

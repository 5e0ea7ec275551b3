import { whyLabCannotRun } from "@rhumbline/infra/lab";
import type { TestOptions } from "vitest";

const reason = whyLabCannotRun();

/** For tests of the real kernel, as `describe("routers", requiresRoot, () => {})`: where they can't run, for want of
 *  root or of a program, they are skipped and the run says why. */
export const requiresRoot: TestOptions = reason === undefined ? {} : { skip: true, meta: { skipReason: reason } };

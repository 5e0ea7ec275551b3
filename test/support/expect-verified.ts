import { expect } from "vitest";
import type { Stack } from "../../infra/stack/stack.ts";

/** Holds every service to the log, the bucket to the scheduler's fold, and each node's kernel to both it and its reports. */
export async function expectVerified(stack: Stack): Promise<void> {
  const { code, stdout, stderr } = await stack.rhumb("verify");
  expect({ code, told: code === 0 ? "" : `${stdout}${stderr}` }).toEqual({ code: 0, told: "" });
}

import { expect, test, vi } from "vitest";
import { unlessUnreadable } from "../unless-unreadable.ts";
import { localPrograms } from "./local-programs.ts";
import { inNamespace } from "./programs.ts";

test("a namespace that is gone is known from what the program says of it, whatever the host's language", async () => {
  vi.stubEnv("LC_ALL", "de_DE.UTF-8");
  const read = async (): Promise<string> => {
    const { code, stdout, stderr } = await localPrograms.run(inNamespace("qrouter-gone", ["true"]), "");
    if (code !== 0) throw new Error(stderr);
    return stdout;
  };
  expect(await unlessUnreadable("qrouter-gone", read)).toBeUndefined();
  expect(await unlessUnreadable("qrouter-other", read)).toContain("qrouter-gone");
  vi.unstubAllEnvs();
});

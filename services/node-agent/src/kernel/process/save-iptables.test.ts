import { expect, test } from "vitest";
import { localPrograms } from "./local-programs.ts";
import { saveIptables } from "./save-iptables.ts";

test("each namespace has what was saved of it, or why it was not", async () => {
  const stdout = `*nat
:rhumbline-snat - [0:0]
COMMIT
--- end of namespace 0 ---
nsenter: cannot open /run/netns/gone: No such file or directory
--- end of namespace 1 ---
`;
  const programs = { ...localPrograms, run: async () => ({ code: 137, stdout, stderr: "" }) };
  const saved = await saveIptables(programs, ["there", "gone", "unread"]);
  expect(saved.get("there")).toBe("*nat\n:rhumbline-snat - [0:0]\nCOMMIT\n");
  expect(saved.get("gone")).toEqual(new Error("nsenter: cannot open /run/netns/gone: No such file or directory"));
  expect(saved.get("unread")).toEqual(new Error("iptables-save was not run in unread: sh ended with 137:"));
});

test("the shell says of each namespace how it went there", async () => {
  const gone = (name: string) => new Error(`nsenter: cannot open /run/netns/${name}: No such file or directory`);
  expect([...(await saveIptables(localPrograms, ["qrouter-1", "qrouter-2"]))]).toEqual([
    ["qrouter-1", gone("qrouter-1")],
    ["qrouter-2", gone("qrouter-2")],
  ]);
});

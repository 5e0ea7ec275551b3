import { expect, test } from "vitest";
import { isOwnProgram, localPrograms } from "./local-programs.ts";

const { run } = localPrograms;

test("each of many programs at once has its own words and its own end", async () => {
  const numbers = Array.from({ length: 20 }, (_, number) => number);
  const commands = (number: number): string => `echo out ${number}; echo words ${number} >&2; exit ${number}`;
  const results = await Promise.all(numbers.map((number) => run(["sh", "-c", commands(number)], "")));
  expect(results).toEqual(numbers.map((code) => ({ code, stdout: `out ${code}\n`, stderr: `words ${code}\n` })));
});

test("a program is given its words as they are, however many, and may leave them unread", async () => {
  const odd = "$HOME `id` \\ 'quoted' \"double\" ÄÁƁ‘’ EOF\n";
  const input = odd.repeat(5_000);
  expect(await run(["cat"], input)).toEqual({ code: 0, stdout: input, stderr: "" });
  expect(await run(["printf", "%s", odd], "")).toEqual({ code: 0, stdout: odd, stderr: "" });
  expect(await run(["true"], input)).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(await run(["cat"], "")).toEqual({ code: 0, stdout: "", stderr: "" });
});

test("a program is known by its number when it says it", async () => {
  const { stdout } = await run(["sh", "-c", "echo $$"], "");
  expect(isOwnProgram(Number(stdout))).toBe(true);
  expect(isOwnProgram(process.pid)).toBe(false);
});

test("a program is no copy of the agent's", async () => {
  const { stdout } = await run(["sh", "-c", "cat /proc/$PPID/comm"], "");
  expect(stdout).toBe("sh\n");
});

test("a program that is missing says so", async () => {
  const { code, stderr } = await run(["rhumbline-no-such-program"], "");
  expect(code).toBe(127);
  expect(stderr).toContain("rhumbline-no-such-program: not found");
});

test("a program that was killed did not end well, and one whose shell was killed neither; the next one runs", async () => {
  expect((await run(["sh", "-c", "kill -KILL $$"], "")).code).toBe(137);
  const { code, stderr } = await run(["sh", "-c", "kill -KILL $PPID"], "");
  expect(code).toBe(128);
  expect(stderr).toContain("the shell was ended by SIGKILL");
  expect((await run(["echo", "there"], "")).stdout).toBe("there\n");
});

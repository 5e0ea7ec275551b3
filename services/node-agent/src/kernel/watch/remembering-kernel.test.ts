import { beforeEach, expect, test } from "vitest";
import { fakeKernel } from "../fake/fake-kernel.ts";
import type { Kernel, ObserveAgain } from "../kernel.ts";
import { type RememberingKernel, rememberingKernel } from "./remembering-kernel.ts";

let looks: (ObserveAgain | undefined)[];
let listening: boolean;
let kernel: RememberingKernel;

beforeEach(() => {
  looks = [];
  listening = true;
  const real: Kernel = fakeKernel();
  const observe: Kernel["observe"] = (again) => {
    looks.push(again);
    return real.observe();
  };
  kernel = rememberingKernel({ ...real, observe }, () => listening);
});

test("everything is read once, then only where something was changed by others or by ourselves", async () => {
  await kernel.observe();
  await kernel.observe();
  kernel.changed(new Set(["qrouter-1"]));
  await kernel.execute([{ kind: "add-namespace", resource: "", netns: "qrouter-2" }]);
  await kernel.observe();
  expect(looks.map(placesRead)).toEqual(["everything", [], ["", "qrouter-1", "qrouter-2"]]);
});

test("while nobody tells of changes everything is read, and so it is when some may have been missed", async () => {
  await kernel.observe();
  listening = false;
  await kernel.observe();
  listening = true;
  kernel.changed("anywhere");
  await kernel.observe();
  expect(looks.map(placesRead)).toEqual(["everything", "everything", "everything"]);
});

test("what is changed during a look is looked at again", async () => {
  await kernel.observe();
  const look = kernel.observe();
  kernel.changed(new Set(["qrouter-1"]));
  await look;
  await kernel.observe();
  expect(looks.map(placesRead)).toEqual(["everything", [], ["qrouter-1"]]);
});

function placesRead(again: ObserveAgain | undefined): string[] | "everything" {
  return again === undefined ? "everything" : [...again.stale].sort();
}

import { kernelContract } from "../contract/kernel-contract.ts";
import { fakeKernel } from "./fake-kernel.ts";

kernelContract(async () => {
  const kernel = fakeKernel();
  kernel.addLink({ name: "br-ex", kind: "bridge" });
  return { kernel, plug: async (name) => kernel.addLink({ name }), end: async () => undefined };
});

// Calls methods with bytes, whatever they are, from within a lab host: standard input is [{ method, request }], the method
// by its full name and the request in base64; each line of standard output is how one call failed, null where it did not.
import { text } from "node:stream/consumers";
import { type CallFailure, failureOf, openChannel } from "@rhumbline/grpc";
import { callWithBytes, contractedServices } from "./contracts.ts";

/** One call, as `raw-caller` reads it. */
export interface RawCall {
  /** "rhumbline.agent.v1.AgentService.TracePacket" */
  readonly method: string;
  /** In base64. */
  readonly request: string;
}

const methods = contractedServices.flatMap((service) => service.methods);

async function failureWith(channel: ReturnType<typeof openChannel>, call: RawCall): Promise<CallFailure | null> {
  const method = methods.find(({ parent, name }) => `${parent.typeName}.${name}` === call.method);
  if (method === undefined) throw new Error(`no contract has a method ${call.method}`);
  try {
    await callWithBytes(channel, method, Buffer.from(call.request, "base64"), 20_000);
    return null;
  } catch (error) {
    return failureOf(error) ?? Promise.reject(error);
  }
}

if (import.meta.filename === process.argv[1]) {
  const channel = openChannel(process.argv[2] ?? "");
  for (const call of JSON.parse(await text(process.stdin)) as RawCall[]) {
    process.stdout.write(`${JSON.stringify(await failureWith(channel, call))}\n`);
  }
  channel.close();
}

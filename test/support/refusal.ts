import { failureOf } from "@rhumbline/grpc";

/** How a call ended, in one word: "done", the reason of its refusal, or the gRPC code where there is no reason. */
export async function endOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "done";
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    return failure.reason ?? `code ${failure.code}: ${failure.message}`;
  }
}

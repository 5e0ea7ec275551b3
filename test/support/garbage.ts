import type { DescMessage, DescMethod } from "@bufbuild/protobuf";
import { status as Code } from "@grpc/grpc-js";
import type { CallFailure } from "@rhumbline/grpc";
import fc from "fast-check";
import { expect } from "vitest";
import { anyMessage } from "./any-message.ts";

/** No message of any method: a length-delimited field 1 that promises more than there is. */
export const noMessage = Uint8Array.of(0x0a, 0x7f, 0x01);

/** How what serves a method must refuse `noMessage`. */
export const refusalOfNoMessage = { code: Code.INVALID_ARGUMENT, violations: [{ field: "(request)" }] };

/** Random bytes and strange messages of a method.
 *  @param known ids of things that exist. */
export function garbageFor({ input }: DescMethod, known: readonly string[]): fc.Arbitrary<Uint8Array> {
  return fc.oneof(
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
    { weight: 4, arbitrary: anyMessage(input, known) },
  );
}

/** What garbage may come to: an answer, or a refusal with a reason and, where a field is to blame, that field's name.
 *  @param failure undefined where the call was answered. */
export function expectAnsweredOrRefused({ input }: DescMethod, failure: CallFailure | undefined): void {
  if (failure === undefined) return;
  const { code, reason, violations } = failure;
  expect({ code, reason }).not.toMatchObject({ code: Code.INTERNAL });
  expect({ code, reason }).toMatchObject({ reason: expect.any(String) });
  if (code !== Code.INVALID_ARGUMENT || reason === "REQUEST_ID_REUSED") return;
  expect(violations).not.toEqual([]);
  for (const { field } of violations) expect(names(field, input), field).toBe(true);
}

/** Whether a violation's path leads to a field of the message: "subnet.allocation_pools[0].first". */
function names(path: string, kind: DescMessage): boolean {
  if (path === "(request)") return true;
  const [head = "", ...rest] = path.replace(/\[[^\]]*\]/g, "").split(".");
  const field = kind.fields.find(({ name }) => name === head);
  if (field === undefined) return false;
  return rest.length === 0 || (field.message !== undefined && names(rest.join("."), field.message));
}

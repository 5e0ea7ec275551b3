import { create, type DescField, type DescMessage, ScalarType, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";

/** Messages of a kind as bytes: well-formed, with any field left out and with what people and programs get wrong in the
 *  others.
 *  @param known ids of things that exist, so that some requests come further than NOT_FOUND. */
export function anyMessage(kind: DescMessage, known: readonly string[]): fc.Arbitrary<Uint8Array> {
  return anyInit(kind, known, 4).map((init) => toBinary(kind, create(kind, init)));
}

function anyInit(kind: DescMessage, known: readonly string[], depth: number): fc.Arbitrary<Record<string, unknown>> {
  const fields = kind.fields.filter(({ fieldKind }) => depth > 0 || fieldKind === "scalar" || fieldKind === "enum");
  // A member of a oneof is set through the group's own name.
  const plain = fields.filter(({ oneof }) => oneof === undefined || oneof.fields.length === 1);
  const groups = kind.oneofs.filter((group) => group.fields.length > 1);
  const members = Object.fromEntries(plain.map((field) => [field.localName, anyValue(field, known, depth)]));
  const cases = Object.fromEntries(
    groups.map((group) => [
      group.localName,
      fc.oneof(
        ...group.fields.map((field) =>
          anyValue(field, known, depth - 1).map((value) => ({ case: field.localName, value })),
        ),
      ),
    ]),
  );
  const everything = fc.record({ ...members, ...cases }, { requiredKeys: [] });
  // Few fields at a time, or something is wrong in nearly every message.
  const names = [...Object.keys(members), ...Object.keys(cases)];
  const few = fc.subarray(names, { maxLength: Math.min(4, names.length) });
  return fc.oneof(
    everything,
    fc
      .tuple(everything, few)
      .map(([all, kept]) => Object.fromEntries(kept.flatMap((name) => (name in all ? [[name, all[name]]] : [])))),
  );
}

function anyValue(field: DescField, known: readonly string[], depth: number): fc.Arbitrary<unknown> {
  switch (field.fieldKind) {
    case "scalar":
      return anyScalar(field, known);
    case "enum":
      return fc.constantFrom(...field.enum.values.map(({ number }) => number), 999);
    case "message":
      return anyInit(field.message, known, depth - 1);
    case "list": {
      const item =
        field.listKind === "scalar"
          ? anyScalar(field, known)
          : field.listKind === "enum"
            ? fc.constantFrom(0, 1, 999)
            : anyInit(field.message, known, depth - 1);
      return fc.array(item, { maxLength: 3 });
    }
    case "map":
      return fc.dictionary(
        fc.string({ minLength: 1 }),
        field.mapKind === "scalar" ? anyScalar(field, known) : fc.constant({}),
        {
          maxKeys: 3,
        },
      );
    default:
      return field satisfies never;
  }
}

const mistakes = [
  "",
  " ",
  "not-a-uuid",
  "00000000-0000-4000-8000-000000000000",
  "10.0.0.0/24",
  "10.0.0.0/33",
  "10.0.0.1/24",
  "fd00::/64",
  "fd00::1",
  "256.1.1.1",
  "10.0.0.5",
  "fa:16:3e:00:00:01",
  "zz:16:3e:00:00:01",
  "*",
  "name",
  "no.such.field",
  "constructor",
  "__proto__",
  'name = "x',
  'name = "x" OR id = "y"',
  'name != "x" AND constructor = 1',
  "name desc sideways",
  "bm90IG91cnM",
  "1.5",
  "-1",
  "\u0000",
  "é\u202e☃",
  "x".repeat(300),
  "x".repeat(100_000),
];

/** What a field of this name is likely to hold: a request with a mistake in every field is refused before anything else
 *  of it is looked at. */
function likelyTexts(field: string, known: readonly string[]): fc.Arbitrary<string> {
  if (field === "request_id") return fc.uuid({ version: 4 });
  if (/(^|_)id$/.test(field)) return fc.constantFrom(...known);
  if (/cidr|destination/.test(field)) return fc.constantFrom("10.0.0.0/24", "10.1.0.0/24", "fd00::/64");
  if (/mac/.test(field)) return fc.constantFrom("fa:16:3e:00:00:01", "fa:16:3e:00:00:02");
  if (/ip|address|first|last|hop|nameserver/.test(field)) return fc.constantFrom("10.0.0.5", "10.0.0.9", "fd00::1");
  if (/^(etag|page_token|filter|project_id|subnet_pool_id)$/.test(field)) return fc.constant("");
  return fc.constantFrom("name", "");
}

function anyScalar(field: DescField & { scalar: ScalarType }, known: readonly string[]): fc.Arbitrary<unknown> {
  switch (field.scalar) {
    case ScalarType.STRING:
      return fc.oneof(
        { weight: 12, arbitrary: likelyTexts(field.name, known) },
        { weight: 1, arbitrary: fc.constantFrom(...mistakes) },
        { weight: 1, arbitrary: fc.string() },
      );
    case ScalarType.BYTES:
      return fc.uint8Array({ maxLength: 64 });
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return fc.constantFrom(0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY);
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return fc.constantFrom(0n, 0n, 0n, 0n, 1n, 2n ** 53n, 2n ** 64n - 1n);
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return fc.constantFrom(0n, 1n, -1n, 2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n));
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return fc.constantFrom(0, 1, 2 ** 32 - 1);
    default:
      return fc.constantFrom(0, 0, 0, 1, 100, -1, 2 ** 31 - 1, -(2 ** 31));
  }
}

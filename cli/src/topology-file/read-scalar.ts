import { formatCidr, formatIpAddress, formatMac, parseCidr, parseIpAddress, parseMac } from "@rhumbline/net";
import type { Node } from "yaml";
import { parsePorts } from "../commands/ports-flag.ts";
import { suggestion } from "../errors/nearest.ts";
import type { FieldType } from "./field-types.ts";
import type { Reading } from "./reading.ts";

type ScalarType = Exclude<FieldType, { type: "list" | "record" | "labels" }>;

/** A scalar as its field accepts it. Undefined: complained of. */
export function readScalar(value: unknown, type: ScalarType, path: string, reading: Reading, node: Node) {
  const refuse = (why = ""): undefined =>
    reading.complain(node, `${path} must be ${accepted(type)}, not ${JSON.stringify(value)}${why}`);
  switch (type.type) {
    case "flag":
      return typeof value === "boolean" ? value : refuse();
    case "number":
      return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : refuse();
    case "one-of":
      return type.numbers.find((number) => number === value) ?? refuse();
    case "choice": {
      const choice = type.choices.find((candidate) => candidate === value);
      return choice === undefined
        ? refuse(suggestion(String(value), type.choices))
        : type.prefix + choice.toUpperCase().replaceAll("-", "_");
    }
    case "reference":
      if (typeof value !== "string" || value === "") return refuse();
      return { refersTo: type.to, name: value, line: reading.lineOf(node) };
    case "ports": {
      const range = typeof value === "string" || typeof value === "number" ? parsePorts(String(value)) : undefined;
      return range === undefined ? refuse() : { ...range };
    }
    case "text":
      return typeof value === "string" ? value : refuse("; in quotes it is text");
    default:
      return canonical(value, type.type) ?? refuse();
  }
}

const canonicalBy = {
  ip: (text: string) => formatIpAddress(parseIpAddress(text)),
  cidr: (text: string) => formatCidr(parseCidr(text)),
  mac: (text: string) => formatMac(parseMac(text)),
  "dns-name": (text: string) => text.toLowerCase(),
} as const;

function canonical(value: unknown, type: keyof typeof canonicalBy): string | undefined {
  try {
    return typeof value === "string" ? canonicalBy[type](value) : undefined;
  } catch {
    // What would be accepted is said by the caller, for all alike.
    return undefined;
  }
}

/** What a field accepts, in words. */
export function accepted(type: FieldType): string {
  switch (type.type) {
    case "text":
      return "text";
    case "flag":
      return "true or false";
    case "number":
      return "a whole number";
    case "ip":
      return "an IP address like 192.0.2.1 or 2001:db8::1";
    case "cidr":
      return "a CIDR without host bits like 192.0.2.0/24";
    case "mac":
      return "a MAC address like fa:16:3e:00:00:01";
    case "dns-name":
      return "a host name like web1";
    case "ports":
      return "a port like 8080 or a range like 8000-8010";
    case "labels":
      return "a mapping of labels to text, like { rack: r12 }";
    case "one-of":
      return type.numbers.join(" or ");
    case "choice":
      return `one of ${type.choices.join(", ")}`;
    case "reference":
      return `the name or the id of a ${type.to}`;
    case "list":
      return `a list of which each is ${accepted(type.of)}`;
    case "record":
      return `a mapping with ${Object.keys(type.fields).join(", ")}`;
  }
}

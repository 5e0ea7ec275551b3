import { type FieldViolation, InvalidFields } from "@rhumbline/event-sourcing";

/** Collects what is wrong with a request's fields, so that the caller hears of all at once. */
export interface FieldChecks {
  /** Adds a violation unless the condition holds. */
  require(field: string, holds: boolean, description: string): void;
  /** A UUID; with `optional`, or nothing. */
  uuid(field: string, value: string, options?: { optional?: boolean }): void;
  /** Free text of at most so many characters. */
  text(field: string, value: string, maxLength?: number): void;
  /** Parses, and makes a violation of what the parser refuses. */
  parse<T>(field: string, value: string, parser: (text: string) => T): T | undefined;
  /** @throws {InvalidFields} when anything was found. */
  done(): void;
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export const isUuid = (text: string): boolean => uuidPattern.test(text);
const shown = (value: string): string => JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);

export function fieldChecks(): FieldChecks {
  const violations: FieldViolation[] = [];
  const require = (field: string, holds: boolean, description: string): void => {
    if (!holds) violations.push({ field, description });
  };
  return {
    require,
    uuid(field, value, { optional = false } = {}) {
      if (value === "") require(field, optional, "is required: a UUID");
      else require(field, isUuid(value), `${shown(value)} is no UUID in lower case (8-4-4-4-12 hex digits)`);
    },
    text(field, value, maxLength = 255) {
      require(field, value.length <= maxLength, `has ${value.length} characters; at most ${maxLength} are accepted`);
    },
    parse(field, value, parser) {
      try {
        return parser(value);
      } catch (error) {
        require(field, false, error instanceof Error ? error.message : String(error));
        return undefined;
      }
    },
    done() {
      if (violations.length > 0) throw new InvalidFields(violations);
    },
  };
}

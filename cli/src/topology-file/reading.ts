import type { Document, LineCounter, Node } from "yaml";
import type { Complaints } from "./complaints.ts";

/** A document that is being read: where in the file its parts stand, and what is wrong with them. */
export interface Reading {
  readonly document: Document;
  lineOf(node: Node | null): number;
  /** @returns undefined, in the place of what could not be read. */
  complain(node: Node | null, text: string): undefined;
}

/** @param startsAt offset of the document: where to point for what stands nowhere. */
export function openReading(document: Document, lines: LineCounter, complaints: Complaints, startsAt: number): Reading {
  const lineOf = (node: Node | null): number => lines.linePos(node?.range?.[0] ?? startsAt).line;
  return {
    document,
    lineOf,
    complain(node, text) {
      complaints.add(lineOf(node), text);
    },
  };
}

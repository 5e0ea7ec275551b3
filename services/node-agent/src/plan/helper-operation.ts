import type { HelperProgram } from "../desired/desired-helper.ts";
import type { InNamespace } from "./in-namespace.ts";

/** What is done about a program that serves a namespace. */
export type HelperOperation = WriteHelperFile | DeleteHelperFile | StartHelper | ReloadHelper | RemoveHelper;

interface OfHelper extends InNamespace {
  readonly helper: string;
}

/** The program doesn't know of it yet, and it stands recorded that it doesn't. */
interface WriteHelperFile extends OfHelper {
  readonly kind: "write-helper-file";
  readonly path: string;
  readonly content: string;
}

interface DeleteHelperFile extends OfHelper {
  readonly kind: "delete-helper-file";
  readonly path: string;
}

/** Ends whatever runs under this name, without a word, and starts it, so that exactly one runs, with this configuration and all files. */
export interface StartHelper extends OfHelper {
  readonly kind: "start-helper";
  readonly program: HelperProgram;
  readonly device: string;
  readonly config: string;
}

/** Tells it to read its files again. */
interface ReloadHelper extends OfHelper {
  readonly kind: "reload-helper";
}

/** Ends it, and takes away its folder. */
interface RemoveHelper extends OfHelper {
  readonly kind: "remove-helper";
  /** It may tell those whom it served that it serves no more. Not where another node's is to take its place: they share one
   *  address, and its last word would be taken for the other's. */
  readonly farewell: boolean;
}

export const isHelperOperation = (operation: { readonly kind: string }): operation is HelperOperation =>
  operation.kind.includes("helper");

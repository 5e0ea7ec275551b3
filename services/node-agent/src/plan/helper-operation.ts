import type { HelperProgram } from "../desired/desired-helper.ts";
import type { InNamespace } from "./in-namespace.ts";

/** What is done about a program that serves a namespace. */
export type HelperOperation =
  | WriteHelperFile
  | DeleteHelperFile
  | StartHelper
  | ReloadHelper
  | ForgetLeases
  | RemoveHelper;

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
export interface StartHelper extends Startable {
  readonly kind: "start-helper";
}

interface Startable extends OfHelper {
  readonly program: HelperProgram;
  readonly device: string;
  readonly config: string;
}

/** Tells it to read its files again. */
interface ReloadHelper extends OfHelper {
  readonly kind: "reload-helper";
}

/** Has it forget whom it gave these addresses to, and so starts it anew; where it gave them to nobody, it runs on. */
export interface ForgetLeases extends Startable {
  readonly kind: "forget-helper-leases";
  readonly addresses: readonly string[];
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

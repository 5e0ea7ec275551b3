import koffi from "koffi";
import type { NftAnswer, NftRun } from "../../nft.ts";
import { KeptInNamespaces } from "../namespace/kept-in-namespaces.ts";

/** What nft(8) is made of (libnftables(3)), called on this thread. */
interface Library {
  readonly open: (flags: number) => unknown;
  readonly free: (context: unknown) => void;
  readonly bufferOutput: (context: unknown) => number;
  readonly bufferError: (context: unknown) => number;
  readonly setFlags: (context: unknown, flags: number) => void;
  readonly run: (context: unknown, commands: string) => number;
  readonly output: (context: unknown) => string;
  readonly error: (context: unknown) => string;
}

/** nft/libnftables.h: NFT_CTX_OUTPUT_JSON, and NUMERIC_ALL, which `nft -n` sets. */
const flagsOf = { json: 1 << 4, text: (1 << 7) | (1 << 8) | (1 << 9) | (1 << 10) } as const;

let library: Library | undefined;
let missing: string | undefined;

/** @throws Error where this host has no libnftables. */
function loaded(): Library {
  if (missing !== undefined) throw new Error(missing);
  if (library !== undefined) return library;
  try {
    const file = koffi.load("libnftables.so.1");
    library = {
      open: file.func("void *nft_ctx_new(uint32_t)"),
      free: file.func("void nft_ctx_free(void *)"),
      bufferOutput: file.func("int nft_ctx_buffer_output(void *)"),
      bufferError: file.func("int nft_ctx_buffer_error(void *)"),
      setFlags: file.func("void nft_ctx_output_set_flags(void *, uint)"),
      run: file.func("int nft_run_cmd_from_buffer(void *, str)"),
      output: file.func("str nft_ctx_get_output_buffer(void *)"),
      error: file.func("str nft_ctx_get_error_buffer(void *)"),
    };
    return library;
  } catch (error) {
    missing = error instanceof Error ? error.message : String(error);
    throw error;
  }
}

export function hasLibnftables(): boolean {
  try {
    loaded();
    return true;
  } catch {
    return false;
  }
}

const closeContext = (context: unknown): void => loaded().free(context);

/** One that listed a table holds most of a megabyte; it deleted nothing, and has nothing to wait for. */
const mostListing = 4;

/** A context remembers what it listed and compares each change with all of it: with 1,000 elements a change takes five times
 *  as long. So those that list change nothing. */
const contexts = {
  listing: new KeptInNamespaces(openContext, closeContext, mostListing),
  changing: new KeptInNamespaces(openContext, closeContext),
};

/** Closes what is open in a namespace. */
export function leaveLibnftables(netns: string): void {
  contexts.listing.leave(netns);
  contexts.changing.leave(netns);
}

/** @throws Error when there is no such namespace. */
export function runLibnftables({ netns, commands, print }: NftRun): NftAnswer {
  const { setFlags, run, output, error } = loaded();
  return contexts[print === undefined ? "changing" : "listing"].use(netns, (context) => {
    setFlags(context, flagsOf[print ?? "text"]);
    const code = run(context, commands);
    // Both are emptied by reading them.
    const [printed, words] = [output(context), error(context)];
    return { printed, refusal: code === 0 ? undefined : words.trim() || `nft answered ${code}` };
  });
}

function openContext(): unknown {
  const { open, bufferOutput, bufferError } = loaded();
  const handle = open(0);
  if (handle === null) throw new Error("nft: no context can be had");
  bufferOutput(handle);
  bufferError(handle);
  return handle;
}

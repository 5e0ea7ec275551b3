import type { NftRunner } from "../nft.ts";
import { inNamespace, type Programs } from "./programs.ts";

/** nft by its program, one for each run. */
export function nftProgram(programs: Programs): NftRunner {
  return async ({ netns, commands, print }) => {
    // Where it prints JSON it takes a file for JSON too, but not its arguments.
    const [argv, input] =
      print === "json" ? [["nft", "--json", commands], ""] : [["nft", "--numeric", "--file", "-"], commands];
    const { code, stdout, stderr } = await programs.run(inNamespace(netns, argv), input);
    return { printed: stdout, refusal: code === 0 ? undefined : stderr.trim() || `nft ended with ${code}` };
  };
}

import { helperFolder } from "../../desired/desired-helper.ts";
import type { ObservedKernel } from "../../observed/observed-kernel.ts";
import { parseHelpers } from "../../observed/parse/parse-helpers.ts";
import { deviceIndexVariable, helperVariable, staleFile } from "./helper-programs.ts";
import type { Programs } from "./programs.ts";
import { script, sections } from "./sections.ts";

/** The processes that pid files name, what they say of themselves and where they are, is for the reader to compare. */
const helperScript = script([
  `cd ${helperFolder} 2>/dev/null && grep -rs --exclude=pid --exclude=leases --exclude=".*" "" * || true`,
  `set -- $(cat ${helperFolder}/*/pid 2>/dev/null | sed "s,.*,/proc/&/environ,")
  grep -Hzs "^RHUMBLINE_" "$@" /dev/null | tr "\\0" "\\n" || true`,
  `stat -Lc "%n %i" $(echo "$@" | sed "s,/environ,/ns/net,g") /run/netns/* 2>/dev/null || true`,
]);

/** The programs that serve namespaces of ours.
 *  @throws Error with the programs' own words when they can't be looked at. */
export async function observeHelpers(programs: Programs): Promise<ObservedKernel["helpers"]> {
  const [files = "", environments = "", namespaces = ""] = await sections(programs, "", helperScript);
  return parseHelpers({ files, environments, namespaces }, { helperVariable, deviceIndexVariable, staleFile });
}

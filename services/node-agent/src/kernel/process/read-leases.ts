import { helperPath } from "../../desired/desired-helper.ts";
import { readIfThere } from "../../store/atomic-file.ts";

/** The file in which a DHCP server keeps what it gave; empty where it gave nothing yet. */
export const readLeases = async (helper: string): Promise<string> => readIfThere(helperPath(helper, "leases")) ?? "";

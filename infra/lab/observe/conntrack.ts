import type { Place } from "../hosts/place.ts";

/** The connections that a place's kernel tracks, one line each, as `conntrack -L` prints them. */
export async function conntrackEntries(place: Place): Promise<string[]> {
  const listed = await place.output(["conntrack", "-L"]);
  return listed.split("\n").filter((line) => line !== "");
}

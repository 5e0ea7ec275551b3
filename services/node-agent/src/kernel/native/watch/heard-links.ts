import { isDeepStrictEqual } from "node:util";
import { sysctlsOfLink } from "../observe/observe-sysctls.ts";
import { type KernelLink, RTM_NEWLINK, readLink } from "../route/link-messages.ts";
import type { KernelEvent } from "./event-socket.ts";

const AF_UNSPEC = 0;
/** What is told again is told within a second or so: of so many links what was said last is kept. */
const mostKept = 256;

interface Said {
  readonly link: Omit<KernelLink, "carries">;
  readonly sysctls: readonly (readonly [name: string, value: string])[];
}

/** What the kernel told last of the host's links. Of one that was set up it tells once more when frames get through, up to a
 *  second later: whoever knows what was said before learns nothing by that. */
export class HeardLinks {
  readonly #byIndex = new Map<number, Said>();

  /** Whether the event says of a link what was said of it last, but for whether frames get through. Only of one that is up
   *  does the kernel tell every change. */
  isRepetition(event: KernelEvent): boolean {
    const index = event.body.readInt32LE(4);
    const before = this.#byIndex.get(index);
    this.#byIndex.delete(index);
    // Other families tell a part of it.
    if (event.type !== RTM_NEWLINK || event.body.readUInt8(0) !== AF_UNSPEC) return false;
    const { carries: _, ...link } = readLink(event);
    const said = { link, sysctls: sysctlsOfLink(event) };
    this.#byIndex.set(index, said);
    for (const [oldest] of this.#byIndex) if (this.#byIndex.size > mostKept) this.#byIndex.delete(oldest);
    return link.up && isDeepStrictEqual(before, said);
  }

  /** Something was told that nobody heard. */
  forget(): void {
    this.#byIndex.clear();
  }
}

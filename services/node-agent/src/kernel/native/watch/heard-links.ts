import { isDeepStrictEqual } from "node:util";
import type { NetlinkAnswer } from "../netlink/netlink-socket.ts";
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
  /** As it was told: most of it is never asked for. */
  readonly #byIndex = new Map<number, Buffer>();
  /** Indexes of those of which there was news already in this hearing: one more would say nothing. */
  readonly #haveNews = new Set<number>();

  /** What is heard from here on is told together. */
  hearAnew(): void {
    this.#haveNews.clear();
  }

  /** Whether the event says of a link what was said of it last, but for whether frames get through. Only of one that is up
   *  does the kernel tell every change. */
  isRepetition(event: KernelEvent): boolean {
    const index = event.body.readInt32LE(4);
    const before = this.#byIndex.get(index);
    this.#take(index, event);
    const isKnown = before !== undefined && !this.#haveNews.has(index) && isWhole(event);
    if (isKnown && saysTheSame(before, event)) return true;
    this.#haveNews.add(index);
    return false;
  }

  /** Something was told that nobody heard. */
  forget(): void {
    this.#byIndex.clear();
  }

  #take(index: number, event: KernelEvent): void {
    this.#byIndex.delete(index);
    if (!isWhole(event)) return;
    this.#byIndex.set(index, Buffer.from(event.body));
    const [oldest] = this.#byIndex.keys();
    if (oldest !== undefined && this.#byIndex.size > mostKept) this.#byIndex.delete(oldest);
  }
}

/** Other families tell a part of it. */
const isWhole = ({ type, body }: KernelEvent): boolean => type === RTM_NEWLINK && body.readUInt8(0) === AF_UNSPEC;

function saysTheSame(before: Buffer, event: KernelEvent): boolean {
  const now = saidIn(event);
  return now.link.up && isDeepStrictEqual(saidIn({ type: RTM_NEWLINK, body: before }), now);
}

function saidIn(answer: NetlinkAnswer): Said {
  const { carries: _, ...link } = readLink(answer);
  return { link, sysctls: sysctlsOfLink(answer) };
}

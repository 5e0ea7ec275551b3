import { parentPort } from "node:worker_threads";
import { isOwnNamespace } from "../../desired/device-names.ts";
import type { ChangedPlaces, HeardAuthor } from "../places.ts";
import { HostTeller } from "./host/host-teller.ts";
import { KnownHost } from "./host/known-host.ts";
import { giveMemoryBack, keepMemoryLean } from "./lean-memory.ts";
import { removeLeftovers } from "./namespace/namespaces.ts";
import type { NativeOperation } from "./native-kinds.ts";
import { hasLibnftables } from "./netfilter/libnftables.ts";
import { answerIn, type RoomAnswers, type RoomQuestion } from "./room.ts";
import { KernelEar } from "./watch/kernel-ear.ts";

/** What the thread is told, once the host is this agent's alone to program: to answer, or which devices of the host are of
 *  interest though their names don't tell. */
export type ToRoom =
  | { readonly id: number; readonly question: RoomQuestion }
  | { readonly listenFor: readonly string[] };

/** What it says. */
export type FromRoom =
  /** Its first message: it is there. */
  | { readonly hasNft: boolean }
  /** @property changed by what it was asked to do. */
  | { readonly id: number; readonly answer: unknown; readonly changed?: ChangedPlaces }
  | { readonly id: number; readonly error: string }
  /** An announcement could not be made. */
  | { readonly failed: string }
  /** Something was changed there; the first, "anywhere", says that from now on nothing is missed. */
  | { readonly changed: ChangedPlaces; readonly by: HeardAuthor };

/** The thread that enters network namespaces. It is alone in doing so: the main thread, which has the sockets to the bus
 *  and to callers, never leaves the host's. */
const port = parentPort;
if (port === null) throw new Error("this program runs as a thread of the node agent");
const say = (message: FromRoom): void => port.postMessage(message);
const failed = (words: string): void => say({ failed: words });
/** Since it was asked last: lists follow on each other. */
const quietMs = 2_000;
const quiet = setTimeout(giveMemoryBack, quietMs).unref();
const host = new KnownHost();
const hostTeller = new HostTeller(host);

// Before that another agent may be at work on this host, and in the middle of making a namespace.
port.once("message", () => removeLeftovers(isOwnNamespace));
port.on("message", (told: ToRoom) => {
  if ("listenFor" in told) return ear.lookAt(told.listenFor);
  quiet.refresh();
  const { id, question } = told;
  try {
    // What the kernel told until now is part of the answer, and not taken for ours.
    if (question.ask === "host" && isLookedAhead) ear.hear();
    else if (question.ask === "host") ear.hearForLook();
    else if (isChange(question)) ear.hear();
    const answer = answerIn(question, hostTeller, failed);
    tellEar(question, answer);
    say(isChange(question) ? { id, answer, changed: ear.hearOwn(namespacesIn(question)) } : { id, answer });
  } catch (error) {
    say({ id, error: error instanceof Error ? error.message : String(error) });
  }
});

/** The ear tells of what becomes otherwise than it was read. */
function tellEar({ ask }: RoomQuestion, answer: RoomAnswers[RoomQuestion["ask"]]): void {
  if (ask === "host") {
    isLookedAhead = false;
    ear.hostWasRead();
  }
  if (ask !== "namespaces") return;
  for (const [name, read] of answer as RoomAnswers["namespaces"])
    if (typeof read === "object" && read.sysctls !== undefined) ear.namespaceWasRead(name, read.sysctls);
}

const isChange = (question: RoomQuestion): boolean =>
  question.ask === "execute" || (question.ask === "nft" && question.print === undefined);

/** That come or go with it. */
function namespacesIn(question: RoomQuestion): ReadonlySet<string> {
  const batch = question.ask === "execute" ? question.batch : [];
  const isOfNamespace = ({ kind }: NativeOperation): boolean => kind === "add-namespace" || kind === "drop-namespace";
  return new Set(batch.filter(isOfNamespace).map(({ netns }) => netns));
}

keepMemoryLean();
say({ hasNft: hasLibnftables() });
const ear = new KernelEar([], host, (changed, by) => say({ changed, by }));
say({ changed: "anywhere", by: "others" });
/** Nobody asked for the host since: sysctls that are not open yet were read a moment ago. */
let isLookedAhead = lookAhead();

/** Whoever starts this thread asks for the host first, and has other things to do until it does.
 *  @returns false: it can't be read, and who asks is told why. */
function lookAhead(): boolean {
  try {
    host.look();
    ear.hostWasRead();
    return true;
  } catch {
    return false;
  }
}

import type { DesiredWatcher } from "@rhumbline/messaging";
import { compareVersions } from "@rhumbline/messaging";
import type { DesiredResource } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { changedKeys } from "../observed/changed-keys.ts";
import { refusalOf } from "./acceptance.ts";
import { asKnown } from "./as-known.ts";
import { BucketCopy } from "./bucket-copy.ts";
import { DesiredFile } from "./desired-file.ts";
import type { DesiredState } from "./desired-state.ts";

/** After the disk refused to keep what is desired. */
const tryAgainMs = 2_000;

/** The desired state that this node acts on. It changes only to what a manifest committed, never to something older or
 *  of another log unless an operator says so, and it outlives the agent and the bus. */
export class DesiredFeed implements DesiredWatcher {
  readonly #file: DesiredFile;
  readonly #accepted: (state: DesiredState) => void;
  readonly #coming: () => void;
  readonly #defer: (work: () => void) => void;
  readonly #copy = new BucketCopy();
  #considersSoon = false;
  #current: DesiredState | undefined;
  #refusal = "";
  #tryAgain: NodeJS.Timeout | undefined;
  /** On its way to the disk. */
  #next: DesiredState | undefined;
  #underWay: Promise<void> | undefined;

  /** @param accepted called when there is something new to act on.
   *  @param coming called when there will be in a moment, or is: one may look at the kernel meanwhile.
   *  @param defer runs the work after the messages that have come already: of many manifests the last counts. */
  constructor(
    folder: string,
    accepted: (state: DesiredState) => void,
    {
      coming = () => undefined,
      defer = setImmediate,
    }: { readonly coming?: () => void; readonly defer?: (work: () => void) => void } = {},
  ) {
    this.#file = DesiredFile.in(folder);
    this.#accepted = accepted;
    this.#coming = coming;
    this.#defer = defer;
    this.#current = this.#file.kept;
  }

  /** Undefined before the first manifest: nothing of ours is to be touched. */
  get current(): DesiredState | undefined {
    return this.#current;
  }

  /** What is going to be acted on, if the disk keeps it; else what is acted on. */
  get newest(): DesiredState | undefined {
    return this.#next ?? this.#current;
  }

  /** What is acted on, once nothing is on its way to the disk. */
  async kept(): Promise<DesiredState | undefined> {
    while (this.#underWay !== undefined) await this.#underWay;
    return this.#current;
  }

  /** Why what is on the bus is not acted on; empty when it is. */
  get refusal(): string {
    return this.#refusal;
  }

  /** Of the newest manifest seen on the bus or kept on disk. */
  get desiredPosition(): number {
    return this.#copy.manifestPosition || (this.#current?.version.position ?? 0);
  }

  reset(): void {
    this.#copy.reset();
  }

  resource(...[key, value]: Parameters<DesiredWatcher["resource"]>): void {
    this.#copy.resource(key, asKnown(value, this.#current?.resources.get(key)));
    this.#considerSoon();
  }

  manifest(...[manifest]: Parameters<DesiredWatcher["manifest"]>): void {
    this.#copy.manifest(manifest);
    this.#considerSoon();
  }

  /** Accepts what a manifest on the bus commits, whatever its log and age; undefined where there is nothing committed. */
  async adopt(): Promise<DesiredState | undefined> {
    await this.kept();
    const committed = this.#copy.committed();
    if (committed !== undefined) this.#accept(committed);
    await this.kept();
    return committed;
  }

  #considerSoon(): void {
    if (this.#considersSoon) return;
    this.#considersSoon = true;
    this.#defer(() => {
      this.#considersSoon = false;
      this.#consider();
    });
  }

  /** What comes while something is on its way to the disk is considered after it. */
  #consider(): void {
    if (this.#underWay !== undefined) return;
    const committed = this.#copy.committed();
    if (committed === undefined) return;
    const refusal = refusalOf(committed.version, this.#current?.version);
    if (refusal !== undefined) this.#refusal = refusal;
    else if (this.#isNew(committed)) this.#accept(committed);
    else this.#refusal = "";
  }

  /** The bucket read anew after a reconnection says mostly what is known already. */
  #isNew(committed: DesiredState): boolean {
    const current = this.#current;
    if (current === undefined || compareVersions(committed.version, current.version) !== 0) return true;
    const known: ReadonlyMap<string, DesiredResource> = current.resources;
    const told: ReadonlyMap<string, DesiredResource> = committed.resources;
    return changedKeys(known, told).some(
      (key) => told.has(key) && told.get(key)?.position !== known.get(key)?.position,
    );
  }

  /** What can't be kept is not acted on: an agent that restarted without its bus would take the kernel back to what was
   *  kept before, access that was revoked since included. */
  #accept(state: DesiredState): void {
    try {
      const onDisk = this.#file.keep(state);
      if (onDisk === undefined) this.#act(state);
      else this.#await(onDisk, state);
    } catch (error) {
      this.#refuse(error);
      return;
    }
    this.#coming();
  }

  #await(onDisk: Promise<void>, state: DesiredState): void {
    this.#next = state;
    const done = (): void => {
      this.#next = undefined;
      this.#underWay = undefined;
    };
    this.#underWay = onDisk.then(
      () => {
        done();
        this.#act(state);
        this.#consider();
      },
      (error: unknown) => {
        done();
        this.#refuse(error);
      },
    );
  }

  #act(state: DesiredState): void {
    this.#current = state;
    this.#refusal = "";
    this.#accepted(state);
  }

  #refuse(error: unknown): void {
    const words = error instanceof Error ? error.message : String(error);
    this.#refusal = `the desired state can't be kept on disk: ${words}`;
    this.#tryAgain ??= setTimeout(() => {
      this.#tryAgain = undefined;
      this.#consider();
    }, tryAgainMs).unref();
  }
}

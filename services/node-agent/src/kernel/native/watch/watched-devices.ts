import { bridgeSysctlNames } from "../../../desired/bridge-sysctls.ts";
import { ipv6OffSysctl } from "../../../desired/ipv6-off.ts";
import { concernedDevices } from "../../../observed/ownership.ts";
import type { HostDevice } from "../host/host-links.ts";
import { readSysctls } from "../namespace/read-sysctls.ts";
import { isBehindRtnl } from "../namespace/sysctls-behind-rtnl.ts";
import { bridgingSysctlNames } from "../observe/observe-sysctls.ts";
import type { ToldLink } from "./heard.ts";
import type { SysctlFiles } from "./sysctl-files.ts";
import type { WatchedSysctls } from "./watched-sysctls.ts";

const ours = new RegExp(`^(${concernedDevices})`);

interface Watched {
  readonly device: string;
  readonly sysctls: SysctlFiles;
}

/** The sysctls of the host's own namespace, and of those of its devices that concern us. */
export class WatchedDevices {
  readonly #sysctls: WatchedSysctls;
  readonly #byIndex = new Map<number, Watched>();
  #named: ReadonlySet<string> = new Set();
  #bridging: readonly string[] = [];
  #shared: SysctlFiles | undefined;

  /** @param named devices that concern us though their names don't tell. */
  constructor(sysctls: WatchedSysctls, named: readonly string[]) {
    this.#sysctls = sysctls;
    this.#named = new Set(named);
    this.lookAtBridging();
  }

  /** @param named they replace those named before.
   *  @param known all devices that there were when they were read last. */
  lookAt(named: readonly string[], known: Iterable<HostDevice>): void {
    this.#named = new Set(named);
    for (const [index, { device }] of this.#byIndex) if (!this.#concerns(device)) this.#forget(index);
    for (const { index, name } of known) if (!this.#byIndex.has(index)) this.told({ index, name, gone: false });
  }

  /** What was told of devices may have been less than all.
   *  @param standing all that there are, as they were read just now. */
  wereRead(standing: Iterable<HostDevice>): void {
    const gone = new Set(this.#byIndex.keys());
    for (const { index, name, sysctls } of standing) {
      this.told({ index, name, gone: false });
      const watched = this.#byIndex.get(index);
      if (watched === undefined) continue;
      gone.delete(index);
      if (!this.#sysctls.hears(watched.sysctls)) watched.sysctls.wereRead(valuesIn(sysctls));
    }
    for (const index of gone) this.#forget(index);
  }

  /** The kernel told of a link. */
  told({ index, name, gone }: Pick<ToldLink, "index" | "name" | "gone">): void {
    const known = this.#byIndex.get(index);
    if (known !== undefined && !gone && known.device === name) return;
    this.#forget(index);
    if (gone || !this.#concerns(name)) return;
    const names = name.startsWith("brq") ? bridgeSysctlNames(name) : [ipv6OffSysctl(name)];
    this.#byIndex.set(index, { device: name, sysctls: this.#sysctls.watch("", names) });
  }

  /** Index of the device that they are of; undefined: they are the host's, or every device's. */
  deviceOf(files: SysctlFiles): number | undefined {
    for (const [index, { sysctls }] of this.#byIndex) if (sysctls === files) return index;
    return undefined;
  }

  /** Indexes of devices that may have other sysctls than was told by now. */
  get unheard(): number[] {
    return [...this.#byIndex].flatMap(([index, { sysctls }]) => (this.#sysctls.hears(sysctls) ? [] : [index]));
  }

  /** Whether it is told at once when somebody writes to those of every device. */
  get hearsShared(): boolean {
    return this.#shared !== undefined && this.#sysctls.hears(this.#shared);
  }

  /** Bridge netfilter's sysctls come with its module. What is written for all devices is written to each, whatever that had.
   *  @returns whether they came or went since the last look. */
  lookAtBridging(): boolean {
    const bridging = bridgingSysctlNames();
    if (this.#shared !== undefined && bridging.join() === this.#bridging.join()) return false;
    if (this.#shared !== undefined) this.#sysctls.forget(this.#shared);
    this.#bridging = bridging;
    const names = [...bridging, ...bridgeSysctlNames("all"), ...bridgeSysctlNames("default")];
    this.#shared = this.#sysctls.watch("", names, { isEachWriteAChange: true });
    this.#shared.wereRead(
      readSysctls(
        "",
        names.filter((name) => !isBehindRtnl(name)),
      ).values(),
    );
    return true;
  }

  #concerns(device: string): boolean {
    return ours.test(device) || this.#named.has(device);
  }

  #forget(index: number): void {
    const watched = this.#byIndex.get(index);
    this.#byIndex.delete(index);
    if (watched !== undefined) this.#sysctls.forget(watched.sysctls);
  }
}

/** Those that are read by their files.
 *  @param sysctls name and value in turn. */
const valuesIn = (sysctls: readonly string[]): string[] =>
  sysctls.filter((_, at) => at % 2 === 1 && !isBehindRtnl(sysctls[at - 1] ?? ""));

import type { ResourceKey } from "./resource-key.ts";

/** A program that serves a network namespace of ours and outlives the agent. */
export interface DesiredHelper {
  readonly resource: ResourceKey;
  /** Names it on its host: "dnsmasq-<networkId>", "radvd-<portId>". Also its folder's name. */
  readonly name: string;
  readonly netns: string;
  /** It holds sockets on this device: one of the same name made anew is another to it. */
  readonly device: string;
  readonly program: HelperProgram;
  /** What it reads once, when it is started. */
  readonly config: string;
  /** What it reads at the start and whenever it is told to: path in its folder -> file. */
  readonly files: ReadonlyMap<string, DesiredHelperFile>;
  /** Device of an instance -> addresses that the program keeps for whoever was given them first. */
  readonly keptAddresses: ReadonlyMap<string, readonly string[]>;
}

export type HelperProgram = "dnsmasq" | "radvd";

export interface DesiredHelperFile {
  readonly resource: ResourceKey;
  /** Lines, each with its end. */
  readonly content: string;
}

/** Where helpers have their folders. The kernel empties it when the host starts, as it ends the programs. */
export const helperFolder = "/run/rhumbline/helpers";

/** The file of that name in a helper's folder. */
export const helperPath = (helper: string, file: string): string => `${helperFolder}/${helper}/${file}`;

/** The name of a network's DHCP server. */
export const dhcpHelper = (networkId: string): string => `dnsmasq-${networkId}`;

/** The name of what advertises a router through one of its legs. */
export const advertiserHelper = (portId: string): string => `radvd-${portId}`;

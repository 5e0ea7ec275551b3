const ownChainPrefix = "rhumbline-";

/** Our chain of that name: "snat" -> "rhumbline-snat". */
export function ownChain(name: string): string {
  return `${ownChainPrefix}${name}`;
}

/** In a router's namespace everything is ours but chains of other names and the rules that others put into built-in chains. */
export function isOwnChain(name: string): boolean {
  return name.startsWith(ownChainPrefix);
}

/** What `iptables-restore --noflush` reads of one chain. */
export interface ChainEdit {
  /** Made where it is missing, and emptied where it stands. */
  readonly declared: boolean;
  readonly lines: readonly string[];
}

/** Says only which rules come and go: a chain written anew costs the more the longer it is, and the kernel keeps a program
 *  waiting, 10 ms and more, until it has forgotten each rule that went. Where the chain is new, more goes than stays, or
 *  what stays is in another order, it is written anew.
 *  @param before its rules; undefined: it doesn't stand.
 *  @param rules "-A <chain> …" each, as it is to have them. */
export function chainEdit(chain: string, before: readonly string[] | undefined, rules: readonly string[]): ChainEdit {
  const anew = { declared: true, lines: rules };
  if (before === undefined) return anew;
  const wanted = new Set(rules);
  const staying = before.filter((rule) => wanted.has(rule));
  const going = before.filter((rule) => !wanted.has(rule));
  if (going.length > staying.length) return anew;
  const coming: string[] = [];
  let met = 0;
  for (const [at, rule] of rules.entries()) {
    if (rule === staying[met]) met += 1;
    else coming.push(met === staying.length ? rule : `-I ${chain} ${at + 1}${rule.slice(`-A ${chain}`.length)}`);
  }
  if (met < staying.length) return anew;
  return { declared: false, lines: [...going.map((rule) => rule.replace("-A", "-D")), ...coming] };
}

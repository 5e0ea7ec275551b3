/** The samples that a process serves at its metrics address, by name with labels: `rhumbline_nodes{state="alive"}`. */
export async function scrape(address: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`http://${address}/metrics`)).text();
  const samples = text.split("\n").flatMap((line) => {
    const [, name, value] = /^([a-z].*) (\S+)$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, Number(value)] as const];
  });
  return new Map(samples);
}

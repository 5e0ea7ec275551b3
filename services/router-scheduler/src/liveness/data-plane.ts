/** What one node says of those that it probes. */
export interface ProbeReport {
  readonly proberId: string;
  readonly probes: readonly { readonly nodeId: string; readonly silentMs: number }[];
}

/** Whether a node's kernel answers its peers. */
export interface DataPlane {
  /** Unknown: nobody who would know was heard. */
  readonly verdict: "answers" | "silent" | "unknown";
  readonly probes: readonly { readonly peerNodeId: string; readonly silentMs: number }[];
}

/** One answer is proof that the node forwards. Silence counts only of peers that hear somebody, if they probe anybody else:
 *  one that hears nobody is cut off itself.
 *  @param reports of peers that were heard just now. */
export function dataPlaneOf(nodeId: string, reports: readonly ProbeReport[], silentForMs: number): DataPlane {
  const probes: DataPlane["probes"][number][] = [];
  let judges = 0;
  for (const { proberId, probes: sent } of reports) {
    const probe = sent.find((each) => each.nodeId === nodeId);
    if (probe === undefined || proberId === nodeId) continue;
    probes.push({ peerNodeId: proberId, silentMs: probe.silentMs });
    const others = sent.filter((each) => each.nodeId !== nodeId);
    if (others.length === 0 || others.some(({ silentMs }) => silentMs < silentForMs)) judges += 1;
  }
  probes.sort((a, b) => (a.peerNodeId < b.peerNodeId ? -1 : 1));
  if (probes.some(({ silentMs }) => silentMs < silentForMs)) return { verdict: "answers", probes };
  return { verdict: judges > 0 ? "silent" : "unknown", probes };
}

/** One thing that is not as the log says. An empty text: it should not be there, or is not. */
export interface Difference {
  readonly subject: string;
  readonly expected: string;
  readonly found: string;
}

/** Where two sets of things, as texts by what they are called, are not the same. */
export function differencesOf(expected: ReadonlyMap<string, string>, found: ReadonlyMap<string, string>): Difference[] {
  const subjects = new Set([...expected.keys(), ...found.keys()]);
  return [...subjects].sort().flatMap((subject) => {
    const [wanted = "", present = ""] = [expected.get(subject), found.get(subject)];
    return wanted === present ? [] : [{ subject, expected: wanted, found: present }];
  });
}

const maxDifferences = 100;

/** What was compared of one node, as the API tells it. */
export function verificationOf(
  node: { readonly nodeId: string; readonly nodeName: string },
  position: number,
  compared: number,
  differences: readonly Difference[],
) {
  return {
    ...node,
    position,
    compared,
    differences: differences.slice(0, maxDifferences),
    differenceCount: differences.length,
  };
}

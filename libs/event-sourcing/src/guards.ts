/** What a command relies on while it is decided and appended, by name: `network-<id>`. */
export interface GuardRequest {
  /** Others may rely on it too: the thing must go on existing. */
  readonly shared?: readonly string[];
  /** Nobody else may rely on it: the thing is about to go or to change in what others rely on. */
  readonly exclusive?: readonly string[];
}

/** Rules over several streams hold since the one writer decides on them one after the other: each command holds its
 *  guards from before it looks until its event is in the log and folded. docs/architecture.md names each rule's guard. */
export interface Guards {
  /** Takes all guards at once or waits for them, in order of arrival: nobody holds some and waits for others, so
   *  no two commands can wait for each other. */
  hold<T>(request: GuardRequest, act: () => Promise<T>): Promise<T>;
}

interface Waiter {
  readonly request: GuardRequest;
  readonly start: () => void;
}

export function createGuards(): Guards {
  const sharedBy = new Map<string, number>();
  const exclusive = new Set<string>();
  const waiting: Waiter[] = [];

  const free = (wanted: GuardRequest, blockedShared: Set<string>, blocked: Set<string>): boolean =>
    (wanted.shared ?? []).every((key) => !exclusive.has(key) && !blockedShared.has(key)) &&
    (wanted.exclusive ?? []).every((key) => !exclusive.has(key) && !sharedBy.has(key) && !blocked.has(key));

  const take = ({ shared = [], exclusive: alone = [] }: GuardRequest): void => {
    for (const key of shared) sharedBy.set(key, (sharedBy.get(key) ?? 0) + 1);
    for (const key of alone) exclusive.add(key);
  };

  const release = ({ shared = [], exclusive: alone = [] }: GuardRequest): void => {
    for (const key of shared) {
      const left = (sharedBy.get(key) ?? 0) - 1;
      if (left > 0) sharedBy.set(key, left);
      else sharedBy.delete(key);
    }
    for (const key of alone) exclusive.delete(key);
  };

  /** Starts every waiter that can start without overtaking one before it on a guard that one waits for. */
  const startNext = (): void => {
    const wantedAlone = new Set<string>();
    const wantedAtAll = new Set<string>();
    for (let i = 0; i < waiting.length; ) {
      const { request, start } = waiting[i] as Waiter;
      if (free(request, wantedAlone, wantedAtAll)) {
        waiting.splice(i, 1);
        take(request);
        start();
        continue;
      }
      for (const key of request.exclusive ?? []) wantedAlone.add(key);
      for (const key of [...(request.shared ?? []), ...(request.exclusive ?? [])]) wantedAtAll.add(key);
      i++;
    }
  };

  return {
    async hold(request, act) {
      await new Promise<void>((start) => {
        waiting.push({ request, start });
        startNext();
      });
      try {
        return await act();
      } finally {
        release(request);
        startNext();
      }
    },
  };
}

import { canonicalLines, type Fold, type Replica, standstillOf } from "@rhumbline/event-sourcing";
import { type MountedService, mount } from "@rhumbline/grpc";
import { ReplicaRole, StateServiceService } from "@rhumbline/proto/rhumbline/service/v1/state_service";
import { foldApart } from "./fold-apart.ts";

const maxDifferences = 100;

/** What a service tells of itself, and whether its state is what the log says. */
export function mountStateService<S extends object>(options: {
  fold: Fold<S>;
  replica: Replica;
  logId: string;
  build: string;
}): MountedService {
  const { fold, replica, logId, build } = options;
  return mount(StateServiceService, {
    async getServiceState() {
      const epoch = replica.epoch();
      return {
        service: replica.service,
        replica: replica.id,
        role: epoch === undefined ? ReplicaRole.READER : ReplicaRole.WRITER,
        epoch: fold.fence.writerOf(replica.service)?.epoch ?? 0,
        position: fold.position,
        logId,
        build,
        standstill: standstillOf(fold) ?? "",
      };
    },
    async verifyState(_request, { signal }) {
      const position = fold.position;
      const running = canonicalLines(fold.state);
      const folded = await foldApart(position, signal);
      const differences = compare(running, folded);
      return {
        position,
        lines: running.length,
        differences: differences.slice(0, maxDifferences),
        differenceCount: differences.length,
      };
    },
  });
}

/** Lines that only one of the two has; the lines of one entry stand side by side. */
function compare(running: readonly string[], folded: readonly string[]): { running: string; folded: string }[] {
  const entryOf = (line: string): string => line.slice(0, line.indexOf(" = "));
  const differences = new Map<string, { running: string; folded: string }>();
  const inFolded = new Set(folded);
  const inRunning = new Set(running);
  for (const line of running) if (!inFolded.has(line)) differences.set(entryOf(line), { running: line, folded: "" });
  for (const line of folded) {
    if (inRunning.has(line)) continue;
    differences.set(entryOf(line), { running: differences.get(entryOf(line))?.running ?? "", folded: line });
  }
  return [...differences.values()];
}

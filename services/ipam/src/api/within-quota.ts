import { QuotaExceeded } from "@rhumbline/event-sourcing";
import { caughtUp, type ServiceContext } from "@rhumbline/service";
import { type IpamState, subnetsOfProject } from "../read-model/state.ts";

/** Acts while nobody else makes a subnet for the project, if it may have one more. The quota is topology's to set: what
 *  it has said before the caller asked is heard first.
 *  @param defaultLimit of a project that was given none; undefined: any number.
 *  @throws {QuotaExceeded} {WriteRefusedByLog} */
export async function withinSubnetQuota<T>(
  { fold, follower, guards }: ServiceContext<IpamState>,
  { projectId, defaultLimit }: { projectId: string; defaultLimit: number | undefined },
  act: () => Promise<T>,
): Promise<T> {
  await caughtUp(follower);
  const limit = (): number | undefined => fold.state.subnetLimits.get(projectId) ?? defaultLimit;
  // Where there is no limit there is nothing to wait for.
  if (isUnlimited(limit())) return act();
  return guards.hold({ exclusive: [`quota-${projectId}-subnet`] }, () => {
    const allowed = limit();
    const used = subnetsOfProject(fold.state, projectId);
    if (allowed !== undefined && !isUnlimited(allowed) && used >= allowed)
      throw new QuotaExceeded(projectId, "subnet", used, allowed);
    return act();
  });
}

const isUnlimited = (limit: number | undefined): boolean => limit === undefined || limit < 0;

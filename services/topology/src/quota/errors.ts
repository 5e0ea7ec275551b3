import { DomainError } from "@rhumbline/event-sourcing";

export class QuotaExceeded extends DomainError {
  readonly kind = "exhausted";
  readonly reason = "QUOTA_EXCEEDED";

  constructor(projectId: string, resource: string, used: number, limit: number) {
    super(`project ${projectId} has ${used} of resource ${resource}, and its quota is ${limit}`, {
      projectId,
      resource,
      used: String(used),
      limit: String(limit),
    });
  }
}

import {
  BackupRequest,
  EventLogAdminServiceService,
  RestoreResponse,
} from "@rhumbline/proto/rhumbline/eventlog/v1/event_log_admin";
import { encodeAnswer, type Handlers, onlyRequest } from "../server/handlers.ts";
import type { EventLog } from "../store/event-log.ts";
import { backup } from "./backup.ts";
import { restore } from "./restore.ts";

/** rhumbline.eventlog.v1.EventLogAdminService. */
export function adminHandlers(log: EventLog, logPath: string): Handlers {
  return new Map([
    [
      EventLogAdminServiceService.backup.path,
      async (call) => {
        await onlyRequest(call, BackupRequest);
        await backup(call, log);
      },
    ],
    [
      EventLogAdminServiceService.restore.path,
      async (call) => call.send(encodeAnswer(RestoreResponse, await restore(call, log, logPath))),
    ],
  ]);
}

import { Client, credentials } from "@grpc/grpc-js";
import {
  EventLogAdminServiceService as Admin,
  type LogCopy,
  type RestoreResponse,
} from "@rhumbline/proto/rhumbline/eventlog/v1/event_log_admin";

/** The pieces of a copy of the log that runs at `address` (host:port). */
export async function backup(address: string): Promise<LogCopy[]> {
  const client = new Client(address, credentials.createInsecure());
  const { path, requestSerialize, responseDeserialize } = Admin.backup;
  const pieces: LogCopy[] = [];
  try {
    for await (const { copy } of client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, {})) {
      if (copy !== undefined) pieces.push(copy);
    }
  } finally {
    client.close();
  }
  return pieces;
}

/** Puts a copy into the empty log that runs at `address`. */
export async function restore(address: string, pieces: readonly LogCopy[]): Promise<RestoreResponse> {
  const client = new Client(address, credentials.createInsecure());
  const { path, requestSerialize, responseDeserialize } = Admin.restore;
  try {
    return await new Promise((resolve, reject) => {
      const call = client.makeClientStreamRequest(path, requestSerialize, responseDeserialize, (error, response) => {
        if (error !== null || response === undefined) reject(error);
        else resolve(response);
      });
      for (const copy of pieces) call.write({ copy });
      call.end();
    });
  } finally {
    client.close();
  }
}

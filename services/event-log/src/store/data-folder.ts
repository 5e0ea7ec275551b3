import { mkdir, open, rm } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { dirname, join } from "node:path";

/** The folder holds one log, and one process at a time has it. */
export interface DataFolder {
  readonly logPath: string;
  release(): Promise<void>;
}

/** Another process has the data folder. */
class DataFolderTaken extends Error {
  override readonly name = "DataFolderTaken";
}

/** Makes the folder where it is missing and takes it for this process.
 *  @throws {DataFolderTaken} another process has it; a file system error where it can't be made or written. */
export async function takeDataFolder(path: string): Promise<DataFolder> {
  await mkdir(path, { recursive: true });
  const folder = await open(path, "r");
  // A socket's path may be 107 bytes long, a folder's much more: the socket is reached through the open folder.
  const socketPath = `/proc/self/fd/${folder.fd}/lock.sock`;
  const lock = await listenAlone(socketPath, path);
  const logPath = join(path, "events.log");
  await rm(restorePath(logPath), { force: true });
  return {
    logPath,
    async release() {
      await new Promise((resolve) => lock.close(resolve));
      await folder.close();
    },
  };
}

/** Where a copy is put together before it takes the log's place. */
export function restorePath(logPath: string): string {
  return `${logPath}.restore`;
}

/** Makes a new or renamed file's name as durable as its content. */
export async function syncFolder(pathInIt: string): Promise<void> {
  const folder = await open(dirname(pathInIt), "r");
  await folder.sync();
  await folder.close();
}

/** A listening socket is a lock that the kernel lets go when its process dies, and that holds between namespaces, where
 *  process ids mean nothing. Node has no flock. */
async function listenAlone(socketPath: string, folder: string): Promise<Server> {
  try {
    return await listen(socketPath);
  } catch (cause) {
    if (!isCode(cause, "EADDRINUSE")) throw cause;
  }
  if (await isAnswered(socketPath)) {
    throw new DataFolderTaken(`another event-log process has ${folder}; stop it, or give this one a folder of its own`);
  }
  await rm(socketPath, { force: true });
  return await listen(socketPath);
}

async function listen(path: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  server.unref();
  return server;
}

async function isAnswered(path: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function isCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && "code" in cause && cause.code === code;
}

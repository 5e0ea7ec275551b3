import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** Stands for systemd: a datagram socket, of which Node has none. Each message is one line, its lines joined by `;`. */
const listener = `
import os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("bound", flush=True)
while True:
    # systemd-notify waits until the file it hands over is closed: leaving it in the kernel closes it.
    print(s.recv(4096).decode().strip().replace("\\n", ";"), flush=True)
`;

export interface NotifySocket {
  readonly messages: readonly string[];
  stop(): void;
}

/** @param path where the socket is made. */
export async function listenToNotifications(path: string): Promise<NotifySocket> {
  const child = spawn("python3", ["-c", listener, path], { stdio: ["ignore", "pipe", "inherit"] });
  const messages: string[] = [];
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line === "bound") resolve();
      else messages.push(line);
    });
  });
  return { messages, stop: () => void child.kill("SIGKILL") };
}

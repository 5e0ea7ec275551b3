/** Programs for instances and clients, run by `node -e`. */

/** Answers every message on TCP port 9000 with its name. */
export function echoServer(name: string): string[] {
  const script = `require("node:net").createServer((s) => { s.on("error", () => {}); s.on("data", () => s.write("${name}\\n")); }).listen(9000, "0.0.0.0", () => console.log("listening"))`;
  return [process.execPath, "-e", script];
}

/** Asks over one connection, again and again, and prints each answer; ends when the connection does. */
export function echoClient(address: string): string[] {
  const script = `const s = require("node:net").connect(9000, "${address}"); s.on("data", (d) => process.stdout.write(d)); s.on("error", (e) => console.log(e.code)); s.on("close", () => process.exit(3)); setInterval(() => s.write("?"), 50);`;
  return [process.execPath, "-e", script];
}

/** Sends every datagram to port 9000 back. */
export function datagramServer(): string[] {
  const script = `const s = require("node:dgram").createSocket("udp4"); s.on("message", (m, from) => s.send(m, from.port, from.address)); s.bind(9000, () => console.log("listening"))`;
  return [process.execPath, "-e", script];
}

/** Sends a datagram every 10 ms, each from a port of its own and so of a connection of its own. Told to end, it waits a
 *  while for answers and prints how many it sent and how many were answered. */
export function datagramClient(address: string): string[] {
  const script = `const { createSocket } = require("node:dgram"); let sent = 0, answered = 0;
    const timer = setInterval(() => { const s = createSocket("udp4"); const end = setTimeout(() => s.close(), 3000);
      s.on("message", () => { answered += 1; if (answered === 1) console.log("answered"); clearTimeout(end); s.close(); });
      s.send("?", 9000, "${address}"); sent += 1; }, 10);
    process.on("SIGTERM", () => { clearInterval(timer); process.on("exit", () => console.log(sent + " sent, " + answered + " answered")); });`;
  return [process.execPath, "-e", script];
}

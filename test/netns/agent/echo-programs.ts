/** Programs for instances and clients, run by `node -e`. */

/** Answers every message on TCP port 9000 with its name. */
export function echoServer(name: string, address = "0.0.0.0"): string[] {
  const script = `require("node:net").createServer((s) => { s.on("error", () => {}); s.on("data", () => s.write("${name}\\n")); }).listen(9000, "${address}", () => console.log("listening"))`;
  return [process.execPath, "-e", script];
}

/** Asks over one connection, again and again, and prints each answer; ends when the connection does. */
export function echoClient(address: string, port = 9000): string[] {
  const script = `const s = require("node:net").connect(${port}, "${address}"); s.on("data", (d) => process.stdout.write(d)); s.on("error", (e) => console.log(e.code)); s.on("close", () => process.exit(3)); setInterval(() => s.write("?"), 50);`;
  return [process.execPath, "-e", script];
}

/** Answers whatever comes to the ports, over TCP and UDP, with where it arrived and whom it seems to come from. */
export function portsServer(ports: readonly number[]): string[] {
  const script = `for (const port of ${JSON.stringify(ports)}) {
    require("node:net").createServer((s) => { s.on("error", () => {}); s.on("data", () => s.write(s.localAddress + ":" + s.localPort + " to " + s.remoteAddress + "\\n")); })
      .listen(port, "0.0.0.0", () => console.log("listening"));
    const u = require("node:dgram").createSocket("udp4"), mine = Object.values(require("node:os").networkInterfaces()).flat().find((a) => !a.internal && a.family === "IPv4").address;
    u.on("message", (m, from) => u.send(mine + ":" + port + " to " + from.address + "\\n", from.port, from.address)).bind(port, () => console.log("listening"));
  }`;
  return [process.execPath, "-e", script];
}

/** Asks once and prints the answer, or the error's code. */
export function ask(protocol: "tcp" | "udp", address: string, port: number): string[] {
  const end = `const end = (text) => { process.stdout.write(String(text)); process.exit(0); }; setTimeout(() => end("no answer"), 10000);`;
  const tcp = `const s = require("node:net").connect(${port}, "${address}", () => s.write("?")); s.on("data", end); s.on("error", (e) => end(e.code));`;
  const udp = `const s = require("node:dgram").createSocket("udp4"); s.on("message", end); s.send("?", ${port}, "${address}");`;
  return [process.execPath, "-e", end + (protocol === "tcp" ? tcp : udp)];
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

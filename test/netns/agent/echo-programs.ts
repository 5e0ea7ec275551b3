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

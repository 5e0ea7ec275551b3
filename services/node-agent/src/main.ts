import { setFlagsFromString } from "node:v8";
import { startRoomThread } from "./kernel/native/room-thread.ts";

// By itself the engine lets its heap double before it collects what is old.
setFlagsFromString("--heap-growing-percent=20");
// And it compiles by threads of its own what was run for a moment: of a start over many routers a seventh of the processor time,
// and megabytes. What is worth it here is run four times as long.
setFlagsFromString("--interrupt-budget=540672");

// To load the program takes about as long as the thread takes to be there: side by side.
const thread = startRoomThread();
const { runProgram } = await import("./program.ts");
await runProgram(thread);

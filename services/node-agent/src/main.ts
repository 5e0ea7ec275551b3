import { setFlagsFromString } from "node:v8";
import { startRoomThread } from "./kernel/native/room-thread.ts";

// By itself the engine lets its heap double before it collects what is old.
setFlagsFromString("--heap-growing-percent=20");
// And it compiles by threads of its own what was run for a moment: megabytes. What is worth it here is run four times as long.
setFlagsFromString("--interrupt-budget=540672");
// And eight times that while the agent starts: what looks at all that stands is not run so often again, and the rest waits for the
// processor. How often something was run is counted all the same, and what is often enough once the start is over compiled then.
setFlagsFromString("--ticks-before-optimization=24");
const startIsOver = (): void => setFlagsFromString("--ticks-before-optimization=3");

// To load the program takes about as long as the thread takes to be there: side by side.
const thread = startRoomThread();
const { runProgram } = await import("./program.ts");
await runProgram(thread, startIsOver);

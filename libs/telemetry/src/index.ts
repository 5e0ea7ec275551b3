export { createLogger, isLogLevel, type Logger, type LogLevel } from "./log.ts";
export { inSpan, type SpanRole, startTracing } from "./tracing.ts";

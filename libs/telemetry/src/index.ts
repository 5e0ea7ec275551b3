export { createLogger, isLogLevel, type Logger, type LogLevel } from "./log.ts";

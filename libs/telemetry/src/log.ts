import { destination, type Logger, pino } from "pino";

export type { Logger };

const levels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof levels)[number];

export function isLogLevel(text: string): text is LogLevel {
  return (levels as readonly string[]).includes(text);
}

/** One JSON object a line on standard error. Standard output belongs to what a program prints for its user.
 *  Written at once: a process that is killed loses no line. */
export function createLogger(service: string, level: LogLevel = "info"): Logger {
  return pino(
    {
      level,
      base: { service },
      messageKey: "message",
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination({ fd: 2, sync: true }),
  );
}

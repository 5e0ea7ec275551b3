export { createLogger, isLogLevel, type Logger, type LogLevel } from "./log.ts";
export { count, gaugesOnScrape, record } from "./metrics/measure.ts";
export { metrics } from "./metrics/metrics.ts";
export { startMetrics } from "./metrics/serve-metrics.ts";
export { inSpan, isTracing, type SpanRole, startTracing } from "./tracing.ts";

import type { Counter, Histogram, Meter, ObservableGauge } from "@opentelemetry/api";
import type { CounterMetric, GaugeMetric, HistogramMetric } from "./metrics.ts";

type LabelsOf<Label extends string> = Readonly<Record<Label, string>>;

/** Sets a gauge's value for this scrape; NaN where it can't be known. */
type SetGauge = <Label extends string>(
  metric: GaugeMetric<Label>,
  value: number | boolean,
  ...labels: [Label] extends [never] ? [] : [LabelsOf<Label>]
) => void;

interface ScrapedGauges {
  readonly gauges: readonly GaugeMetric[];
  readonly read: (set: SetGauge) => void | Promise<void>;
}

/** Undefined in a process that was not told to serve metrics: measuring then costs a comparison. */
let meter: Meter | undefined;
const counters = new Map<string, Counter>();
const histograms = new Map<string, Histogram>();
const observables = new Map<string, ObservableGauge>();
const scraped: ScrapedGauges[] = [];

/** @param by 0 makes the counter show before anything was counted. */
export function count<Label extends string>(metric: CounterMetric<Label>, labels: LabelsOf<Label>, by = 1): void {
  if (meter === undefined) return;
  const { name, help: description } = metric;
  const instrument = counters.get(name) ?? meter.createCounter(name, { description });
  counters.set(name, instrument);
  instrument.add(by, labels);
}

/** @param value in the unit of the metric's name. */
export function record<Label extends string>(
  metric: HistogramMetric<Label>,
  labels: LabelsOf<Label>,
  value: number,
): void {
  if (meter === undefined) return;
  const { name, help: description, buckets } = metric;
  const instrument =
    histograms.get(name) ??
    meter.createHistogram(name, { description, advice: { explicitBucketBoundaries: [...buckets] } });
  histograms.set(name, instrument);
  instrument.record(value, labels);
}

/** Has gauges read whenever somebody scrapes, and only then. */
export function gaugesOnScrape(gauges: ScrapedGauges["gauges"], read: ScrapedGauges["read"]): void {
  const entry = { gauges, read };
  scraped.push(entry);
  if (meter !== undefined) attach(meter, entry);
}

/** Begins to measure, what was asked for before included. */
export function measureWith(startedMeter: Meter): void {
  meter = startedMeter;
  for (const entry of scraped) attach(startedMeter, entry);
}

const readWithinMs = 2_000;

function attach(to: Meter, { gauges, read }: ScrapedGauges): void {
  const instruments = gauges.map(({ name, help: description }) => {
    const instrument = observables.get(name) ?? to.createObservableGauge(name, { description });
    observables.set(name, instrument);
    return instrument;
  });
  to.addBatchObservableCallback(async (result) => {
    const set: SetGauge = (metric, value, ...[labels]) => {
      const instrument = observables.get(metric.name);
      if (instrument !== undefined) result.observe(instrument, Number(value), labels ?? {});
    };
    // A scrape that waits for what does not answer would tell nothing of all the rest; what fails has set what it could.
    const failed = (async () => read(set))().catch(() => undefined);
    await Promise.race([failed, new Promise((resolve) => setTimeout(resolve, readWithinMs).unref())]);
  }, instruments);
}

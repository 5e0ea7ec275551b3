/** Every metric of every process, named here and nowhere else. Units stand in the names; no label takes more values than
 *  a person could list, so none is an id. https://prometheus.io/docs/practices/naming/ */

interface Named<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly Label[];
}
export interface CounterMetric<Label extends string = string> extends Named<Label> {
  readonly kind: "counter";
}
export interface GaugeMetric<Label extends string = string> extends Named<Label> {
  readonly kind: "gauge";
}
export interface HistogramMetric<Label extends string = string> extends Named<Label> {
  readonly kind: "histogram";
  /** Upper bounds, in the unit of the name. */
  readonly buckets: readonly number[];
}

function counter<const Label extends string = never>(
  name: `${string}_total`,
  help: string,
  labels: readonly Label[] = [],
): CounterMetric<Label> {
  return { kind: "counter", name, help, labels };
}

function gauge<const Label extends string = never>(
  name: string,
  help: string,
  labels: readonly Label[] = [],
): GaugeMetric<Label> {
  return { kind: "gauge", name, help, labels };
}

function seconds<const Label extends string = never>(
  name: `${string}_seconds`,
  help: string,
  labels: readonly Label[] = [],
): HistogramMetric<Label> {
  return { kind: "histogram", name, help, labels, buckets: secondsBuckets };
}

/** From a call answered out of memory to a change that waited for a node to come back. */
const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export const metrics = {
  processMemory: gauge("process_resident_memory_bytes", "Memory that the process holds."),
  processStart: gauge("process_start_time_seconds", "When the process started, since the Unix epoch."),

  grpcRequests: counter("rhumbline_grpc_requests_total", "gRPC calls answered.", ["method", "code"]),
  grpcDuration: seconds(
    "rhumbline_grpc_request_duration_seconds",
    "How long calls took that have one answer. Streams last as long as their reader stays, and are not counted here.",
    ["method"],
  ),

  logReachable: gauge("rhumbline_log_reachable", "1 where the event log answered this scrape, 0 where it did not."),
  projectionPosition: gauge("rhumbline_projection_position", "Log position up to which this process has folded."),
  projectionLag: gauge(
    "rhumbline_projection_lag_seconds",
    "How long the oldest event that this process has yet to fold has been in the log; 0 when it has all.",
  ),
  appends: counter("rhumbline_appends_total", "Appends that the log took."),
  appendConflicts: counter(
    "rhumbline_append_conflicts_total",
    "Appends refused because the stream stood elsewhere; the commands were decided anew.",
  ),
  writer: gauge("rhumbline_writer", "1 where this replica may write for its service, else 0."),
  writerEpoch: gauge("rhumbline_writer_epoch", "Epoch of the service's writer, whichever replica that is."),

  nodes: gauge("rhumbline_nodes", "Registered nodes, alive or dead.", ["state"]),
  nodeFailures: counter(
    "rhumbline_node_failures_total",
    "Times that a node was found dead, and its routers went elsewhere.",
  ),
  nodesBehind: gauge("rhumbline_nodes_behind", "Nodes alive that have not applied all that is desired of them."),
  nodeLag: gauge(
    "rhumbline_node_lag_positions",
    "Log positions between what is desired and what is applied, on the node alive that is furthest behind.",
  ),
  intentToApplied: seconds(
    "rhumbline_intent_to_applied_seconds",
    "From the event that changed a resource to the report that a node has it.",
  ),

  agentApplyDuration: seconds(
    "rhumbline_agent_apply_duration_seconds",
    "How long passes took that changed something: observe, plan, apply, report.",
  ),
  agentOperations: counter("rhumbline_agent_operations_total", "Kernel operations by how they ended.", ["outcome"]),
  agentDriftRepairs: counter(
    "rhumbline_agent_drift_repairs_total",
    "Kernel operations that put right what somebody else had changed.",
  ),
  agentSpooledReports: gauge("rhumbline_agent_spooled_reports", "Reports that the log does not have yet."),
  agentBusConnected: gauge("rhumbline_agent_bus_connected", "1 while the agent has a connection to NATS, else 0."),
  agentResourcesFailed: gauge(
    "rhumbline_agent_resources_failed",
    "Resources that are not as desired, and why is known.",
  ),
  agentDoorsClosed: gauge(
    "rhumbline_agent_doors_closed",
    "1 while the agent opens no router's door: it was cut off, or does not know yet which routers are its own; else 0.",
  ),
  agentRefusing: gauge(
    "rhumbline_agent_refusing",
    "1 while the agent refuses what is desired on the bus, or is itself refused; its status says why.",
  ),

  relayPosition: gauge("rhumbline_relay_position", "Log position up to which NATS has every event."),
  relayLag: gauge(
    "rhumbline_relay_lag_seconds",
    "How long the oldest event that is yet to be published has been in the log; 0 when NATS has all.",
  ),
  relayBusConnected: gauge("rhumbline_relay_bus_connected", "1 while the relay has a connection to NATS, else 0."),

  eventLogPosition: gauge("rhumbline_event_log_position", "Position of the embedded log's last event."),
  eventLogEvents: gauge("rhumbline_event_log_events", "Events that the embedded log holds."),
  eventLogDiskFree: gauge("rhumbline_event_log_disk_free_bytes", "Room left where the embedded log is kept."),
} as const;

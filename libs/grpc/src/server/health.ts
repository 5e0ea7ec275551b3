import { status as Code, type Server, type ServerWritableStream, type ServiceDefinition } from "@grpc/grpc-js";
import {
  type HealthCheckRequest,
  type HealthCheckResponse,
  type HealthServer,
  HealthService,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from "@rhumbline/proto/grpc/health/v1/health";

type Watcher = ServerWritableStream<HealthCheckRequest, HealthCheckResponse>;

/** grpc.health.v1.Health of a server as a whole, whose services are healthy or not together: each alone is unknown. */
export class Health {
  readonly #watchers = new Set<Watcher>();
  #status: ServingStatus = ServingStatus.NOT_SERVING;

  addTo(server: Server): void {
    const implementation: HealthServer = {
      check: ({ request }, answer) => {
        if (isOfWhole(request)) answer(null, { status: this.#status });
        else answer({ code: Code.NOT_FOUND, details: `the health of ${request.service} alone is not known` });
      },
      watch: (watcher) => this.#watch(watcher),
    };
    server.addService(HealthService as ServiceDefinition, implementation);
  }

  set(serving: boolean): void {
    const status = serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    if (status === this.#status) return;
    this.#status = status;
    for (const watcher of this.#watchers) if (isOfWhole(watcher.request)) watcher.write({ status });
  }

  /** Says that it serves no more, and ends the streams of those who watch. */
  end(): void {
    this.set(false);
    for (const watcher of this.#watchers) watcher.end();
  }

  /** Whoever asks for a service that is not known is to wait for it, by the contract. */
  #watch(watcher: Watcher): void {
    this.#watchers.add(watcher);
    watcher.on("close", () => this.#watchers.delete(watcher));
    watcher.on("cancelled", () => this.#watchers.delete(watcher));
    watcher.write({ status: isOfWhole(watcher.request) ? this.#status : ServingStatus.SERVICE_UNKNOWN });
  }
}

const isOfWhole = ({ service }: HealthCheckRequest): boolean => service === "";

import { Counter, Gauge, Histogram, type Registry } from '@junxian/observability';
import type { PlanOutcome } from '../execution/planner-process';
import type { SubgraphCall } from '../execution/subgraph-client';

/** Counted since the metrics were last asked for. */
interface Representations {
  needed: number;
  sent: number;
}

/** What the gateway counts, under `/metrics`. */
export class GatewayMetrics {
  readonly operations: Counter<'kind' | 'outcome'>;
  readonly operationSeconds: Histogram<'kind'>;
  readonly refusals: Counter<'code'>;
  readonly planningSeconds: Histogram<'outcome'>;
  readonly subgraphSeconds: Histogram<'subgraph' | 'outcome'>;
  readonly supergraphLoads: Counter<'result'>;

  /** By subgraph. Kept apart from their counter: with each fetch, finding it by its labels costs more than counting. */
  private readonly representations = new Map<string, Representations>();

  constructor(private readonly registry: Registry) {
    const registers = [registry];
    const buckets = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30];
    this.operations = new Counter({
      name: 'junxian_gateway_operations_total',
      help: 'Operations answered, by kind and outcome',
      labelNames: ['kind', 'outcome'],
      registers,
    });
    this.operationSeconds = new Histogram({
      name: 'junxian_gateway_operation_seconds',
      help: 'Time from the parsed request to the answer',
      labelNames: ['kind'],
      buckets,
      registers,
    });
    this.refusals = new Counter({
      name: 'junxian_gateway_errors_total',
      help: 'Errors answered, by code',
      labelNames: ['code'],
      registers,
    });
    this.planningSeconds = new Histogram({
      name: 'junxian_gateway_planning_seconds',
      help: 'Time of planning an operation not known before, by outcome',
      labelNames: ['outcome'],
      buckets,
      registers,
    });
    this.subgraphSeconds = new Histogram({
      name: 'junxian_gateway_subgraph_seconds',
      help: 'Time of requests to subgraphs, by outcome',
      labelNames: ['subgraph', 'outcome'],
      buckets,
      registers,
    });
    const { representations } = this;
    new Counter({
      name: 'junxian_gateway_representations_total',
      help: 'Entity representations needed and, repetitions dropped, sent',
      labelNames: ['subgraph', 'step'],
      registers,
      collect() {
        for (const [subgraph, { needed, sent }] of representations) {
          this.inc({ subgraph, step: 'needed' }, needed);
          this.inc({ subgraph, step: 'sent' }, sent);
        }
        representations.clear();
      },
    });
    this.supergraphLoads = new Counter({
      name: 'junxian_gateway_supergraph_loads_total',
      help: 'Supergraphs taken into use or refused',
      labelNames: ['result'],
      registers,
    });
  }

  /** A figure that is read when somebody asks for the metrics. */
  gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** For the planner to report each planning to. */
  readonly observePlanning = (outcome: PlanOutcome, seconds: number): void => {
    this.planningSeconds.observe({ outcome }, seconds);
  };

  /** For the subgraph clients to report each request to. */
  readonly observeCall = (call: SubgraphCall): void => {
    this.subgraphSeconds.observe({ subgraph: call.subgraph, outcome: call.outcome }, call.seconds);
    if (call.representations === 0) return;
    const counted = this.representations.get(call.subgraph);
    if (counted === undefined) {
      const { representations: needed, sentRepresentations: sent } = call;
      this.representations.set(call.subgraph, { needed, sent });
    } else {
      counted.needed += call.representations;
      counted.sent += call.sentRepresentations;
    }
  };
}

import { appendFileSync } from 'node:fs';
import {
  type Attributes,
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

export { SpanKind };

export interface TracingOptions {
  service: string;
  /** Base URL of an OTLP collector; spans go to `<endpoint>/v1/traces`. */
  endpoint?: string | undefined;
  /** A file that gets one JSON span a line: for tests and machines without a collector. */
  file?: string | undefined;
}

/**
 * Starts tracing for a process. Does nothing without an endpoint or a file: following each promise for the sake of
 * spans that nobody collects costs a tenth of the work. Resolves to a function that flushes and stops.
 */
export async function startTracing(options: TracingOptions): Promise<() => Promise<void>> {
  const processors = [];
  if (options.endpoint) {
    const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
    processors.push(new BatchSpanProcessor(new OTLPTraceExporter({ url: `${options.endpoint}/v1/traces` })));
  }
  if (options.file) processors.push(new SimpleSpanProcessor(fileExporter(options.file)));
  if (processors.length === 0) return async () => undefined;
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': options.service }),
    spanProcessors: processors,
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
  });
  provider.register();
  return () => provider.shutdown();
}

function fileExporter(file: string): SpanExporter {
  return {
    export(spans: ReadableSpan[], done) {
      const lines = spans.map((span) =>
        JSON.stringify({
          name: span.name,
          traceId: span.spanContext().traceId,
          spanId: span.spanContext().spanId,
          parentSpanId: span.parentSpanContext?.spanId,
          attributes: span.attributes,
          status: span.status,
          service: span.resource.attributes['service.name'],
        }),
      );
      appendFileSync(file, `${lines.join('\n')}\n`);
      done({ code: 0 });
    },
    shutdown: () => Promise.resolve(),
  };
}

const tracer = () => trace.getTracer('junxian');

/**
 * Runs work inside a span named by what is done (never by data), as a child of the active span or of
 * `parent` (a W3C `traceparent`). An error marks the span by its type only.
 */
export async function inSpan<T>(
  name: string,
  options: { kind?: SpanKind; attributes?: Attributes; parent?: string | undefined },
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const parent = options.parent
    ? propagation.extract(context.active(), { traceparent: options.parent })
    : context.active();
  return tracer().startActiveSpan(
    name,
    { kind: options.kind ?? SpanKind.INTERNAL, attributes: options.attributes ?? {} },
    parent,
    async (span) => {
      try {
        return await work(span);
      } catch (error) {
        span.setStatus({
          code: SpanStatusCode.ERROR,
          message: error instanceof Error ? error.name : 'Error',
        });
        throw error;
      } finally {
        span.end();
      }
    },
  );
}

/** The W3C `traceparent` of the active span, to be handed to the next process or written into an event; undefined outside a trace. */
export function currentTraceparent(): string | undefined {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent;
}

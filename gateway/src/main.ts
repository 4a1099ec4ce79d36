import { createLogger, startTracing } from '@junxian/observability';
import { readEnvironment } from './environment';
import { startGateway } from './gateway';

/** Configuration → wiring → listen; ends on SIGTERM and SIGINT after finishing what is in flight. */
async function main(): Promise<void> {
  const environment = readEnvironment();
  const logger = createLogger('gateway', environment.LOG_LEVEL);
  const stopTracing = await startTracing({
    service: 'gateway',
    endpoint: environment.OTEL_EXPORTER_OTLP_ENDPOINT || undefined,
    file: environment.TRACE_FILE || undefined,
  });
  const gateway = await startGateway(environment, logger);
  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'gateway stops');
    await gateway.stop();
    await stopTracing();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      stop(signal).then(
        () => process.exit(0),
        (error) => {
          logger.error({ err: error }, 'gateway did not stop cleanly');
          process.exit(1);
        },
      );
    });
  }
}

main().catch((error: unknown) => {
  createLogger('gateway').fatal({ err: error }, 'gateway could not start');
  process.exit(1);
});

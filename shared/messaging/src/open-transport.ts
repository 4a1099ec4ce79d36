import { type KafkaTransportOptions, kafkaTransport } from './kafka-transport/kafka-transport';
import { type PostgresTransportOptions, postgresTransport } from './postgres-transport/postgres-transport';
import type { Transport } from './transport';

export type TransportOptions = PostgresTransportOptions | KafkaTransportOptions;

/** Opens the transport that the configuration names. Resolves without waiting for the broker: each operation waits or fails by itself. */
export async function openTransport(options: TransportOptions): Promise<Transport> {
  return options.kind === 'kafka' ? kafkaTransport(options) : postgresTransport(options);
}

import fc from 'fast-check';
import { Partitioners } from 'kafkajs';
import { murmur2, partitionByKey, partitionOfKey } from './partitioner.rules';

const metadata = (partitions: number) =>
  Array.from({ length: partitions }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 1,
    replicas: [1],
    isr: [1],
  }));

describe('the partition of a key', () => {
  it('is the one that kafkajs, and so every Kafka client, would choose', () => {
    const theirs = Partitioners.DefaultPartitioner();
    const ours = partitionByKey();
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.integer({ min: 1, max: 50 }),
        (key, partitions) => {
          const given = { topic: 't', partitionMetadata: metadata(partitions), message: { key, value: '' } };
          // Theirs takes an empty key for none and spreads it at random.
          if (key !== '') expect(ours(given)).toBe(theirs(given));
        },
      ),
      { numRuns: 2000 },
    );
  });

  // From the tests of Apache Kafka's own Java client (UtilsTest.testMurmur2).
  it.each<[string, number]>([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ])('hashes %s as Kafka does', (text, hash) => {
    expect(murmur2(Buffer.from(text))).toBe(hash);
  });

  it('spreads keys over all partitions', () => {
    const used = new Set(Array.from({ length: 200 }, (_, n) => partitionOfKey(`household-${n}`, 6)));
    expect(used.size).toBe(6);
  });
});

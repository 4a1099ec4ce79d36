import { rule } from '@junxian/test-kit';
import fc from 'fast-check';
import {
  type AuditRecord,
  type ChainPoint,
  canonicalJson,
  GENESIS,
  isGenuineEntry,
  type Json,
  type SealedEntry,
  sealEntry,
  sealPoint,
} from './audit-chain.rules';
import { parseAuditKeys } from './audit-keys';
import { type AuditVerdict, ChainVerification } from './audit-verification.rules';

const keys = parseAuditKeys(`1:${Buffer.alloc(32, 7).toString('base64')}`);
const otherKeys = parseAuditKeys(`1:${Buffer.alloc(32, 8).toString('base64')}`);

function record(sequence: number): AuditRecord {
  return {
    sequence,
    at: new Date(Date.UTC(2026, 0, 1, 0, 0, sequence)).toISOString(),
    accountId: 'a',
    operatorName: null,
    organisationId: null,
    regionCode: '140215000000',
    ip: '192.0.2.1',
    action: 'ROLE_GRANTED',
    targetType: 'appointment',
    targetId: `t${sequence}`,
    before: null,
    after: { role: 'poverty-alleviation:OPERATOR', sequence },
    outcome: 'OK',
  };
}

function chain(length: number, sealKeys = keys): SealedEntry[] {
  const entries: SealedEntry[] = [];
  let last: ChainPoint = GENESIS;
  for (let sequence = 1; sequence <= length; sequence += 1) {
    const entry = sealEntry(record(sequence), last, sealKeys);
    entries.push(entry);
    last = { sequence, hash: entry.hash };
  }
  return entries;
}

function verdict(
  entries: readonly SealedEntry[],
  head: ChainPoint | undefined = entries.at(-1),
): AuditVerdict {
  const verification = new ChainVerification(keys);
  for (const entry of entries) verification.entry(entry);
  return verification.finish(head === undefined ? null : sealPoint('audit-head', head, keys));
}

const kinds = (result: AuditVerdict) => result.faults.map(({ kind, sequence }) => `${kind} ${sequence}`);

describe('the chain of the audit log', () => {
  it('is intact as it was written', () => {
    expect(verdict(chain(20))).toMatchObject({ intact: true, checked: 20, faultCount: 0 });
  });

  rule('DI-AUD-02', 'breaking a hash or the content behind it is detected', () => {
    const brokenHash = chain(5);
    brokenHash[2] = { ...brokenHash[2]!, hash: 'f'.repeat(64) };
    expect(kinds(verdict(brokenHash))).toEqual(['EDITED 3', 'REORDERED 4']);
  });

  rule('DI-AUD-02', 'an edit of any single field of an entry is found', () => {
    const edits: Partial<SealedEntry>[] = [
      { at: '2020-01-01T00:00:00.000Z' },
      { accountId: 'b' },
      { operatorName: '张伟' },
      { organisationId: 'o' },
      { regionCode: '370000000000' },
      { ip: null },
      { action: 'ROLE_REVOKED' },
      { targetType: 'account' },
      { targetId: null },
      { before: {} },
      { after: null },
      { outcome: 'REFUSED' },
    ];
    for (const edit of edits) {
      const entries = chain(4);
      entries[1] = { ...entries[1]!, ...edit };
      expect(kinds(verdict(entries))).toEqual(['EDITED 2']);
    }
  });

  rule('DI-AUD-02', 'removed, reordered and cut-off entries are found', () => {
    const whole = chain(6);
    const head = whole[5]!;
    expect(
      kinds(
        verdict(
          whole.filter(({ sequence }) => sequence !== 3),
          head,
        ),
      ),
    ).toEqual(['DELETED 3']);

    const swapped = chain(6);
    [swapped[2], swapped[3]] = [
      { ...whole[3]!, sequence: 3 },
      { ...whole[2]!, sequence: 4 },
    ];
    expect(verdict(swapped, head).faults.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['REORDERED', 'EDITED']),
    );

    expect(kinds(verdict(whole.slice(0, 4), head))).toEqual(['TRUNCATED 5']);
  });

  rule(
    'DI-AUD-02',
    'a tail cut off with the head set back is found against a checkpoint kept elsewhere',
    () => {
      const whole = chain(6);
      const verification = new ChainVerification(keys);
      for (const entry of whole.slice(0, 4)) verification.entry(entry);
      verification.known(whole[5]!);
      expect(kinds(verification.finish(sealPoint('audit-head', whole[3]!, keys)))).toEqual(['TRUNCATED 5']);
    },
  );

  rule('DI-AUD-02', 'a whole log rewritten without the key is found, head and checkpoint included', () => {
    const forged = chain(3, otherKeys);
    const verification = new ChainVerification(keys);
    for (const entry of forged) verification.entry(entry);
    verification.checkpoint(sealPoint('audit-checkpoint', forged[2]!, otherKeys));
    const result = verification.finish(sealPoint('audit-head', forged[2]!, otherKeys));
    expect(kinds(result)).toEqual([
      'EDITED 1',
      'EDITED 2',
      'EDITED 3',
      'CHECKPOINT_FORGED 3',
      'HEAD_FORGED 3',
    ]);
  });

  it('finds a rewritten end against a genuine checkpoint with another hash', () => {
    const whole = chain(3);
    const verification = new ChainVerification(keys);
    for (const entry of whole) verification.entry(entry);
    verification.known({ sequence: 3, hash: 'e'.repeat(64) });
    expect(kinds(verification.finish())).toEqual(['CHECKPOINT_MISMATCH 3']);
  });

  it('does not let a checkpoint stand in for a head', () => {
    const whole = chain(2);
    const verification = new ChainVerification(keys);
    for (const entry of whole) verification.entry(entry);
    expect(kinds(verification.finish(sealPoint('audit-checkpoint', whole[1]!, keys)))).toEqual([
      'HEAD_FORGED 2',
    ]);
  });

  it('finds a missing head', () => {
    const verification = new ChainVerification(keys);
    expect(kinds(verification.finish(null))).toEqual(['HEAD_FORGED 0']);
  });

  it('verifies a part of the log from a point before it', () => {
    const whole = chain(6);
    const verification = new ChainVerification(keys, whole[2]!);
    for (const entry of whole.slice(3)) verification.entry(entry);
    expect(verification.finish()).toMatchObject({ intact: true, checked: 3 });
  });

  it('counts every fault but keeps the first fifty', () => {
    const broken = chain(80).map((entry) => ({ ...entry, action: 'CLEARED' }));
    const result = verdict(broken);
    expect(result.faultCount).toBe(80);
    expect(result.faults).toHaveLength(50);
  });

  it('verifies old entries after the key was rotated and seals with the newest', () => {
    const before = chain(2);
    const rotated = parseAuditKeys(
      `1:${Buffer.alloc(32, 7).toString('base64')},2:${Buffer.alloc(32, 9).toString('base64')}`,
    );
    const next = sealEntry(record(3), before[1]!, rotated);
    expect(next.keyVersion).toBe(2);
    expect([...before, next].every((entry) => isGenuineEntry(entry, rotated))).toBe(true);
    expect(isGenuineEntry(next, keys)).toBe(false);
  });

  it('refuses a gap when sealing', () => {
    expect(() => sealEntry(record(3), GENESIS, keys)).toThrow(RangeError);
  });
});

describe('canonical JSON', () => {
  it('does not depend on the order of members', () => {
    expect(canonicalJson({ b: 1, a: [{ d: null, c: '中' }] })).toBe('{"a":[{"c":"中","d":null}],"b":1}');
  });

  it('is the text of the same value for any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value as Json))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('audit keys', () => {
  it('refuses short and malformed keys', () => {
    expect(() => parseAuditKeys('c2hvcnQ=')).toThrow(RangeError);
    expect(() => parseAuditKeys('')).toThrow(RangeError);
  });
});

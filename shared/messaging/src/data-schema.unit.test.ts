import { Type } from '@sinclair/typebox';
import { faultsOfPublished, faultsOfReceived, schemaOf } from './data-schema';
import { envelopeOf, parseEnvelope } from './envelope';
import { CalendarDate, codes, defineEvent, Nullable } from './event-definition';
import { NOT_PERSONAL } from './personal-data.rules';

const Moved = defineEvent({
  service: 'directory',
  aggregate: 'thing',
  happened: 'moved',
  version: 1,
  description: { zh: '移动', en: 'It moved' },
  data: Type.Object({
    on: CalendarDate({ description: '日期' }),
    kind: codes(['A', 'B']),
    to: Type.Array(Type.Object({ x: Type.Integer() })),
    by: Type.Optional(Nullable(Type.String({ maxLength: 3 }))),
    sealName: Type.Optional(Type.String({ [NOT_PERSONAL]: 'public' })),
  }),
});
const good = { on: '2026-02-28', kind: 'A', to: [{ x: 1 }] };

describe('the schema of an event', () => {
  it('takes what fits, on both sides', () => {
    for (const data of [good, { ...good, by: null }, { ...good, by: 'abc', sealName: '县委办' }]) {
      expect(faultsOfPublished(Moved, data)).toEqual([]);
      expect(faultsOfReceived(Moved, data)).toEqual([]);
    }
  });

  it.each<[string, unknown]>([
    ['/on', { ...good, on: '2026-02-30' }],
    ['/kind', { ...good, kind: 'C' }],
    ['/to/0/x', { ...good, to: [{ x: 'one' }] }],
    ["required property 'on'", { kind: 'A', to: [] }],
    ['/by', { ...good, by: 'abcd' }],
    ['/ must be object', 'text'],
  ])('finds the fault %s on both sides', (fault, data) => {
    expect(faultsOfPublished(Moved, data).join('; ')).toContain(fault);
    expect(faultsOfReceived(Moved, data).join('; ')).toContain(fault);
  });

  it('does not let a publisher send more than it names, at any depth; a consumer takes what a newer one added', () => {
    for (const data of [
      { ...good, more: 1 },
      { ...good, to: [{ x: 1, more: 1 }] },
    ]) {
      expect(faultsOfPublished(Moved, data).join()).toContain('additional properties (more)');
      expect(faultsOfReceived(Moved, data)).toEqual([]);
    }
  });

  it('never quotes a value', () => {
    const faults = faultsOfPublished(Moved, { ...good, on: 'secret-1', kind: 'secret-2', by: 'secret-3' });
    expect(faults.length).toBeGreaterThanOrEqual(3);
    expect(faults.join()).not.toContain('secret');
  });

  it('is published open, with its id, in plain JSON', () => {
    const schema = schemaOf(Moved);
    expect(schema).toMatchObject({
      $id: 'urn:junxian:directory:thing:moved:v1',
      title: 'junxian.directory.thing.moved.v1',
      description: '移动 It moved',
      type: 'object',
      required: ['on', 'kind', 'to'],
    });
    expect(JSON.stringify(schema)).not.toContain('additionalProperties');
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  });
});

describe('the envelope', () => {
  const occurredAt = new Date('2026-03-01T08:30:00+08:00');
  const data = { on: '2026-02-28', kind: 'A' as const, to: [] };

  it('is CloudEvents 1.0 with the extensions that are known', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const facts = { aggregateId: 'x', aggregateVersion: 3, regionCode: '140215000000', data, occurredAt };
    expect(envelopeOf(Moved, facts, { actor: 'account-1', traceparent })).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      source: '/junxian/directory',
      type: 'junxian.directory.thing.moved.v1',
      subject: 'x',
      time: '2026-03-01T00:30:00.000Z',
      datacontenttype: 'application/json',
      dataschema: 'urn:junxian:directory:thing:moved:v1',
      regioncode: '140215000000',
      aggregateversion: 3,
      traceparent,
      actor: 'account-1',
      data,
    });
  });

  it('leaves out what is not known, and gives every event its own id', () => {
    const facts = { aggregateId: 'x', data, occurredAt };
    const [one, other] = [1, 2].map(() => envelopeOf(Moved, facts, { actor: null, traceparent: undefined }));
    expect(Object.keys(one!)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/regioncode|aggregateversion|traceparent|actor/)]),
    );
    expect(one!.id).not.toBe(other!.id);
    expect(parseEnvelope(JSON.stringify(one))).toEqual(one);
  });

  it.each([
    '',
    'no JSON',
    'null',
    '[]',
    '"text"',
    '{}',
    '{"specversion":"0.3","id":"1","source":"s","type":"t","subject":"a"}',
    '{"specversion":"1.0","source":"s","type":"t","subject":"a"}',
    '{"specversion":"1.0","id":"","source":"s","type":"t","subject":"a"}',
    '{"specversion":"1.0","id":7,"source":"s","type":"t","subject":"a"}',
    '{"specversion":"1.0","id":"1","source":"s","type":"t","subject":"a","aggregateversion":"3"}',
  ])('is not read from %p', (text) => {
    expect(parseEnvelope(text)).toBeUndefined();
  });
});

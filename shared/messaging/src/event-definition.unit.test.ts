import { type TObject, Type } from '@sinclair/typebox';
import { defineEvent, type EventOf } from './event-definition';
import { looksPersonal, NOT_PERSONAL, personalProperties, personalValue } from './personal-data.rules';

const description = { zh: '测试', en: 'test' };
const define = (data: TObject, happened = 'changed') =>
  defineEvent({
    service: 'directory',
    aggregate: 'natural-village',
    happened,
    version: 1,
    description,
    data,
  });

describe('the definition of an event', () => {
  it('names type, topic, source and schema', () => {
    expect(define(Type.Object({}))).toMatchObject({
      type: 'junxian.directory.natural-village.changed.v1',
      topic: 'junxian.directory.natural-village.v1',
      source: '/junxian/directory',
      dataSchema: 'urn:junxian:directory:natural-village:changed:v1',
    });
  });

  it('sends a second version to the topic of the first, or their order would be lost', () => {
    const data = Type.Object({});
    const second = defineEvent({
      service: 'a',
      aggregate: 'b',
      happened: 'c',
      version: 2,
      description,
      data,
    });
    expect(second.type).toBe('junxian.a.b.c.v2');
    expect(second.topic).toBe('junxian.a.b.v1');
  });

  it('carries the type of its data to the event', () => {
    const definition = define(
      Type.Object({ from: Type.Array(Type.String()), n: Type.Optional(Type.Integer()) }),
    );
    const data: EventOf<typeof definition>['data'] = { from: ['x'] };
    expect(data).toEqual({ from: ['x'] });
  });

  it.each(['Changed', 'was changed', 'region_changed', ''])('refuses the name %p', (happened) => {
    expect(() => define(Type.Object({}), happened)).toThrow(/kebab case/);
  });

  it.each([0, 1.5, -1])('refuses version %p', (version) => {
    const data = Type.Object({});
    expect(() =>
      defineEvent({ service: 'a', aggregate: 'b', happened: 'c', version, description, data }),
    ).toThrow(/version/);
  });

  it.each([
    'idNumber',
    'idNo',
    'idCard',
    'citizenNumber',
    'certificateNumber',
    'phone',
    'mobilePhone',
    'contactPhone',
    'telephone',
    'password',
    'newPassword',
    'name',
    'realName',
    'operatorName',
    'fullName',
    'email',
    'bankAccount',
    'birthDate',
    'homeAddress',
    'refreshToken',
    'clientSecret',
  ])('refuses a property named %s', (property) => {
    expect(() => define(Type.Object({ [property]: Type.String() }))).toThrow(
      new RegExp(`${property}.*personal data`),
    );
  });

  it.each([
    'citizenId',
    'headCitizenId',
    'accountId',
    'organisationId',
    'regionCode',
    'householdNo',
    'members',
    'kind',
    'effectiveDate',
    'hash',
    'sequence',
    'changeId',
    'villageCode',
    'field',
  ])('takes a property named %s', (property) => {
    expect(() => define(Type.Object({ [property]: Type.String() }))).not.toThrow();
  });

  it.each<[string, TObject]>([
    ['a.phone', Type.Object({ a: Type.Object({ phone: Type.String() }) })],
    ['a.phone', Type.Object({ a: Type.Array(Type.Object({ phone: Type.String() })) })],
    ['a.phone', Type.Object({ a: Type.Union([Type.Object({ phone: Type.String() }), Type.Null()]) })],
    ['a.phone', Type.Object({ a: Type.Record(Type.String(), Type.Object({ phone: Type.String() })) })],
  ])('finds %s wherever it hides', (path, schema) => {
    expect(personalProperties(schema)).toEqual([path]);
  });

  it('takes such a name with a reason, and not with an empty one', () => {
    const sealName = (reason: string) => Type.Object({ sealName: Type.String({ [NOT_PERSONAL]: reason }) });
    expect(() => define(sealName('the public name of an organisation'))).not.toThrow();
    expect(() => define(sealName(' '))).toThrow(/sealName/);
  });
});

describe('values that look personal', () => {
  it.each([
    '110101199003077758',
    '11010119900307775X',
    '11010119900307775x',
    'the number 110101199003077758 is wrong',
    '13912345678',
    '+8613912345678',
    'tel:139 '.concat('13912345678'),
    '{"note":"15800000000"}',
  ])('%s does', (text) => {
    expect(looksPersonal(text)).toBe(true);
  });

  it.each([
    '140215000000',
    '14021500100101',
    'c1_abcdefghijklmnopqrstuvwxyz',
    '0190b7a0-1390-7f3e-8123-139123456780',
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '13912345678901391234567890139123456789013912345678901391234567890a',
    '2026-11-22T00:00:00.000Z',
    '91140200MA0GTXX000',
    '110101999913777586',
    '1391234567',
    '23912345678',
    '',
  ])('%s does not', (text) => {
    expect(looksPersonal(text)).toBe(false);
  });

  it('are found wherever they stand, and only their path is told', () => {
    const hidden = '110101199003077758';
    expect(personalValue({ a: [{ b: hidden }] })).toBe('a[0].b');
    expect(personalValue({ a: { [hidden]: 1 } })).toBe('a (a key)');
    expect(personalValue(hidden)).toBe('(root)');
    expect(personalValue({ a: ['x', 1, null, true, { b: 'y' }] })).toBeUndefined();
  });

  it('are allowed where the schema gives a reason, in lists too', () => {
    const schema = Type.Object({
      rows: Type.Array(
        Type.Object({ place: Type.String({ [NOT_PERSONAL]: 'an offset' }), text: Type.String() }),
      ),
    });
    expect(personalValue({ rows: [{ place: '13912345678', text: '' }] }, schema)).toBeUndefined();
    expect(personalValue({ rows: [{ place: '', text: '13912345678' }] }, schema)).toBe('rows[0].text');
  });
});

import { asyncApiDocument, schemasByType } from './async-api';
import { breakingChanges } from './breaking-changes.rules';
import * as contracts from './contracts';
import { faultsOfPublished, type JsonSchema } from './data-schema';
import { defineEvent, type EventDefinition } from './event-definition';

const all = Object.values(contracts as Record<string, unknown>).filter(
  (value): value is EventDefinition => typeof value === 'object' && value !== null && 'dataSchema' in value,
);
const services = {
  directory: {
    published: all.filter(({ service }) => service === 'directory'),
    consumed: [contracts.PovertyIdentityRevealed, contracts.AdministratorsRequested],
  },
  'poverty-alleviation': {
    published: all.filter(({ service }) => service === 'poverty-alleviation'),
    consumed: [contracts.RegionChanged, contracts.CitizenDeceased],
  },
};

describe('the contracts between services', () => {
  it('have one definition for each type, all with a schema that compiles', () => {
    expect(all.length).toBeGreaterThanOrEqual(24);
    expect(new Set(all.map(({ type }) => type)).size).toBe(all.length);
    for (const definition of all) expect(faultsOfPublished(definition, {}).length).toBeGreaterThan(0);
  });

  it('take what their services publish', () => {
    const id = '0190b7a0-1390-7f3e-8123-139123456780';
    const citizen = 'c1_abcdefghijklmnopqrstuvwxyz';
    const cases: [EventDefinition, unknown][] = [
      [
        contracts.RegionChanged,
        {
          changeId: id,
          kind: 'RECODE',
          from: ['140227000000'],
          to: ['140215000000'],
          effectiveDate: '2018-03-01',
          moves: [{ from: '140227000000', to: '140215000000', level: 'COUNTY' }],
        },
      ],
      [contracts.CitizenRenumbered, { from: citizen, to: citizen }],
      [
        contracts.OrganisationRegistered,
        {
          organisationId: id,
          sealName: '中共大同市云州区委员会',
          kind: 'PARTY',
          regionCode: '140215000000',
          superiorId: null,
        },
      ],
      [contracts.AccountLocked, { accountId: id, organisationId: id, realm: 'PARTY' }],
      [contracts.AuditSealed, { sequence: 0, hash: '0'.repeat(64) }],
      [
        contracts.PartyMemberRegistered,
        { memberId: id, citizenId: citizen, accountName: 'tys001', organisationId: id },
      ],
      [
        contracts.HouseholdIdentified,
        {
          householdId: id,
          householdNo: 'H1',
          year: 2017,
          villageCode: '140215001001',
          members: 3,
          origin: 'IDENTIFICATION',
        },
      ],
      [contracts.PovertyIdentityRevealed, { citizenIds: [citizen], accountId: id, field: 'Member.idNumber' }],
    ];
    for (const [definition, data] of cases)
      expect([definition.type, faultsOfPublished(definition, data)]).toEqual([definition.type, []]);
  });

  it('never take a phone number as the name of an account', () => {
    const faults = faultsOfPublished(contracts.PartyMemberRegistered, {
      memberId: '0190b7a0-1390-7f3e-8123-139123456780',
      citizenId: 'c1_abcdefghijklmnopqrstuvwxyz',
      accountName: '13912345678',
      organisationId: '0190b7a0-1390-7f3e-8123-139123456780',
    });
    expect(faults.join()).toContain('/accountName');
  });
});

describe('the AsyncAPI document', () => {
  const document = asyncApiDocument(services) as Record<string, JsonSchema>;
  const at = (reference: string) =>
    reference
      .slice(2)
      .split('/')
      .reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], document);

  it('is AsyncAPI 3.0 with a channel for each topic', () => {
    expect(document.asyncapi).toBe('3.0.0');
    const addresses = Object.values(document.channels!).map((channel) => (channel as JsonSchema).address);
    expect(addresses).toContain('junxian.directory.region.v1');
    expect(new Set(addresses)).toEqual(
      new Set(
        [
          ...services.directory.published,
          ...services['poverty-alleviation'].published,
          contracts.AdministratorsRequested,
        ].map(({ topic }) => topic),
      ),
    );
  });

  it('says who sends and who receives', () => {
    expect(document.operations).toMatchObject({
      directory_send_junxian_directory_region_v1: { action: 'send' },
      'poverty-alleviation_receive_junxian_directory_region_v1': {
        action: 'receive',
        channel: { $ref: '#/channels/junxian_directory_region_v1' },
        messages: [
          { $ref: '#/channels/junxian_directory_region_v1/messages/junxian_directory_region_changed_v1' },
        ],
      },
    });
    // It receives `deceased`, though `renumbered` goes through the same topic.
    expect(
      JSON.stringify(document.operations!['poverty-alleviation_receive_junxian_directory_citizen_v1']),
    ).not.toContain('renumbered');
  });

  it('has no reference that leads nowhere', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, reference]) => reference!,
    );
    expect(references.length).toBeGreaterThan(50);
    for (const reference of references) expect(at(reference)).toBeDefined();
  });

  it('depends on nothing but the definitions, not on their order', () => {
    const reversed = {
      'poverty-alleviation': services['poverty-alleviation'],
      directory: { ...services.directory, published: [...services.directory.published].reverse() },
    };
    expect(JSON.stringify(asyncApiDocument(reversed).components)).toBe(JSON.stringify(document.components));
    expect(JSON.stringify(asyncApiDocument(reversed).operations)).toBe(JSON.stringify(document.operations));
    expect(Object.keys(schemasByType(reversed))).toEqual(Object.keys(schemasByType(services)));
  });

  it('gives schemas that can be compared with what was committed', () => {
    const before = JSON.parse(JSON.stringify(schemasByType(services)));
    expect(breakingChanges(before, schemasByType(services))).toEqual([]);
    const earlier = before['junxian.directory.region.changed.v1'];
    delete earlier.properties.moves;
    earlier.required = earlier.required.filter((name: string) => name !== 'moves');
    expect(breakingChanges(before, schemasByType(services))).toEqual([
      'junxian.directory.region.changed.v1: the property moves became required',
    ]);
  });

  it('refuses an event published in the name of another service, and two definitions of one type', () => {
    expect(() =>
      asyncApiDocument({ petitions: { published: [contracts.RegionChanged], consumed: [] } }),
    ).toThrow(/another's name/);
    const copy = defineEvent({
      service: 'directory',
      aggregate: 'region',
      happened: 'changed',
      version: 1,
      description: { zh: '', en: '' },
      data: contracts.CitizenDeceased.data,
    });
    expect(() => asyncApiDocument({ ...services, petitions: { published: [], consumed: [copy] } })).toThrow(
      /defined twice/,
    );
  });
});

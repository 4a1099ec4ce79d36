import { citizenNumberCheckCharacter } from '@junxian/identity';
import {
  AdministratorsRequested,
  type CloudEvent,
  type Consumer,
  type EventDefinition,
  envelopeOf,
  ParticipationWithdrawn,
  PartyMemberRegistered,
  PartyMemberTransferred,
  RetiredCadreDeceased,
} from '@junxian/messaging';
import { rule } from '@junxian/test-kit';
import { citizenConsumers } from '../citizens/citizens.consumers';
import { type Stage, signInStage } from '../sign-in/sign-in.fixture';
import { accountConsumers } from './accounts.consumers';

let stage: Stage;
beforeAll(async () => {
  stage = await signInStage();
});
beforeEach(() => stage.clear());
afterAll(() => stage.close());

const first17 = '14021519960303123';
const citizen = () => stage.services.personalData.citizenId(first17 + citizenNumberCheckCharacter(first17));

/** Gives an event to every consumer that listens to it, as the runner does. */
async function receive(
  definition: EventDefinition,
  data: Record<string, unknown>,
  regionCode: string | null = null,
): Promise<void> {
  const facts = { aggregateId: 'aggregate', data, occurredAt: stage.clock.now(), regionCode };
  const event: CloudEvent = envelopeOf(definition, facts, { actor: null, traceparent: undefined });
  const all: readonly Consumer[] = [
    ...accountConsumers({ ...stage.services, clock: stage.clock }),
    ...citizenConsumers,
  ];
  const listening = all.filter(({ definitions }) => definitions.has(definition.type));
  expect(listening).toHaveLength(1);
  for (const consumer of listening) await stage.inService((tx) => consumer.apply(tx, [event]));
}

describe('what other services ask for', () => {
  rule(
    'DI-ACC-04',
    'administrators wanted by the Party organisation service are made once, for those that lack one',
    async () => {
      await stage.account({ name: 'county001', organisation: 'county' });
      const { county, branch } = stage.organisations;
      for (let time = 0; time < 2; time += 1) {
        await receive(AdministratorsRequested, { prefix: 'dts', organisationIds: [county, branch] });
      }
      const rows = await stage.test.adminQuery(
        'SELECT login_name, organisation_id, status FROM account ORDER BY login_name',
      );
      expect(rows).toEqual([
        { login_name: 'county001', organisation_id: county, status: 'ACTIVE' },
        { login_name: 'dts001', organisation_id: branch, status: 'PENDING_ACTIVATION' },
      ]);
    },
  );

  it('a registered member gets an account that waits for the branch; a transferred one moves', async () => {
    const member = (organisationId: string) => ({
      memberId: '0191e0a0-0000-7000-8000-000000000001',
      citizenId: citizen(),
      organisationId,
    });
    await receive(PartyMemberRegistered, member(stage.organisations.branch));
    await receive(PartyMemberTransferred, member(stage.organisations.neighbour));
    expect(
      await stage.test.adminQuery(
        'SELECT kind, citizen_id, organisation_id, personal_name_index FROM account',
      ),
    ).toEqual([
      {
        kind: 'PERSON',
        citizen_id: citizen(),
        organisation_id: stage.organisations.neighbour,
        personal_name_index: null,
      },
    ]);
  });

  rule(
    'DI-CIT-03',
    'a reported death raises a task and publishes nothing; another reason to leave an insurance raises none',
    async () => {
      await receive(ParticipationWithdrawn, {
        citizenId: citizen(),
        date: '2026-02-01',
        reason: 'EMIGRATED',
      });
      expect(await stage.test.adminQuery('SELECT id FROM death_confirmation_task')).toEqual([]);
      await receive(
        ParticipationWithdrawn,
        { citizenId: citizen(), date: '2026-02-01', reason: 'DECEASED' },
        '140215000000',
      );
      await receive(RetiredCadreDeceased, { citizenId: citizen(), date: '2026-02-02' });
      expect(
        await stage.test.adminQuery(
          'SELECT citizen_id, region_code, reported_date::text AS date, status FROM death_confirmation_task',
        ),
      ).toEqual([{ citizen_id: citizen(), region_code: '140215000000', date: '2026-02-01', status: 'OPEN' }]);
      expect(await stage.events('deceased')).toEqual([]);
    },
  );
});

import { randomUUID } from 'node:crypto';
import { CitizenRenumbered } from '@junxian/messaging';
import { type Stage, signInStage } from '../sign-in/sign-in.fixture';
import { publicAccountConsumers } from './public-accounts.consumers';
import { CITIZEN_ID, citizen, citizenOf, enter } from './public-accounts.fixture';

let stage: Stage;
beforeAll(async () => {
  stage = await signInStage();
});
beforeEach(() => stage.clear());
afterAll(() => stage.close());

const NEW_ID = `c1_${'b'.repeat(26)}`;

describe('a corrected ID number', () => {
  it('takes the citizen’s account along, and makes the tokens that say otherwise stale', async () => {
    const id = await citizen(stage);
    await citizen(stage, { username: 'anonymous', citizenId: null });
    const { refreshToken } = await enter(stage);
    const [consumer] = publicAccountConsumers(stage.services.publicAccounts);
    const event = { type: CitizenRenumbered.type, id: randomUUID(), data: { from: CITIZEN_ID, to: NEW_ID } };
    for (let time = 0; time < 2; time += 1)
      await stage.inService((tx) => consumer!.apply(tx, [event as never]));
    expect(
      await stage.test.adminQuery('SELECT id, citizen_id FROM account WHERE citizen_id IS NOT NULL'),
    ).toEqual([{ id, citizen_id: NEW_ID }]);
    expect(await stage.test.adminQuery('SELECT kind, subject, reason FROM revocation')).toEqual([
      { kind: 'ACCOUNT', subject: id, reason: 'CITIZEN_RENUMBERED' },
    ]);
    const next = await stage.services.refreshing.refresh(refreshToken, '192.0.2.7');
    expect(citizenOf(next.accessToken).citizenId).toBe(NEW_ID);
  });
});

import type { MessageReports, Messenger } from '@junxian/messenger';
import { loadDemoData } from './demo-data/demo-data.service';
import { openPublicStage, type PublicStage } from './public-accounts/public-stage.fixture';
import { recurringWork } from './recurring-work';

jest.setTimeout(240_000);

let stage: PublicStage;
beforeAll(async () => {
  stage = await openPublicStage();
});
afterAll(() => stage?.close());

const messenger: Messenger = { send: async () => ({ messageId: 'sent' }) };
const messageReports: MessageReports = { reportsOn: async () => [] };
const pieces = () => {
  const { database, clock, services } = stage.store;
  return recurringWork({ database, clock, services, messenger, messageReports });
};
const runAll = async () => {
  for (const { name, run } of pieces())
    await run().catch((cause: unknown) => {
      throw new Error(name, { cause });
    });
};
const standing = () =>
  stage.store.adminQuery(
    `SELECT (SELECT jsonb_object_agg(id, state || version) FROM case_item) AS items, (SELECT jsonb_object_agg(id, state || version) FROM org_task) AS tasks,
       (SELECT count(*) FROM case_journal) AS journal, (SELECT count(*) FROM public_account) AS accounts, (SELECT count(*) FROM warning) AS warnings`,
  );

describe('recurring work', () => {
  it('has a name of its own for each piece, and a time', () => {
    const names = pieces().map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(pieces().map(({ everySeconds }) => everySeconds >= 5)).toEqual(names.map(() => true));
  });

  it('finds nothing to do in an empty database', async () => {
    const before = await standing();
    await runAll();
    expect(await standing()).toEqual(before);
  });

  it('leaves the demonstration month as it stands, since that comes with all of it done; the day after, it warns', async () => {
    const { database, services, clock } = stage.store;
    await loadDemoData(database, services, clock);
    const before = await standing();
    await runAll();
    expect(await standing()).toEqual(before);
    clock.advance(86_400_000);
    await runAll();
    const raised = await stage.store.adminQuery(
      `SELECT FROM case_journal WHERE action = 'MARK_LATE' OR at > '${new Date(clock.now().getTime() - 1_000).toISOString()}'`,
    );
    expect(raised.length).toBeGreaterThan(0);
  });
});

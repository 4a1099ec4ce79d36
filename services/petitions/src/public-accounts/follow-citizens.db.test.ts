import { randomUUID } from 'node:crypto';
import { type Principal, serviceScope } from '@junxian/identity';
import { CitizenDeceased, CitizenRenumbered } from '@junxian/messaging';
import { subgraphClient, testIssuer } from '@junxian/test-kit';
import { officerOf } from '../actor';
import type { OrgTask } from '../cases/case.types';
import { consumers } from '../events';
import { archive } from '../handling/replies.service';
import { custodyOf, registered } from '../testing/cases.support.test';
import { citizen, officer, openStore, type TestStore } from '../testing/store.support.test';
import { startTestSubgraph } from '../testing/subgraph.support.test';
import { workList } from '../work-lists/work-list.service';

const OLD = `c1_${'a'.repeat(26)}`;
const NEW = `c1_${'b'.repeat(26)}`;
const OTHER = `c1_${'c'.repeat(26)}`;
const HANDLER = officer('shandong', ['LETTER_REGISTRAR', 'HANDLER']);
let store: TestStore;
beforeEach(async () => {
  store = await openStore();
});
afterEach(() => store.close());

const receive = (type: string, data: object) => {
  const consumer = consumers({ clock: store.clock, regionChangeReceived: () => undefined }).find(
    ({ name }) => name === 'petitions.follow-citizens',
  )!;
  return store.database.write(serviceScope('test'), (tx) =>
    consumer.apply(tx, [{ type, id: randomUUID(), data } as never]),
  );
};
const letterOf = (citizenId: string) =>
  registered(store, { petitioner: { name: '张三', idType: 'RESIDENT_ID', citizenId } }, HANDLER);

describe('citizens', () => {
  it('are followed under a corrected number, in profiles, items and petitioners, however often it is told', async () => {
    const mine = await letterOf(OLD);
    const another = await letterOf(OTHER);
    await store.adminQuery(
      `INSERT INTO public_account (id, account_id, username, anonymous, name, sex, id_type, id_number_sealed, citizen_id, usual_address, mobile_sealed,
         terms_accepted_at, created_at, updated_at)
       VALUES (uuidv7(), uuidv7(), 'zhangsan', false, '张三', 'MALE', 'RESIDENT_ID', 'x', $1, '某街', 'x', now(), now(), now())`,
      [OLD],
    );
    for (let time = 0; time < 2; time += 1) await receive(CitizenRenumbered.type, { from: OLD, to: NEW });
    const citizens = (table: string, column: string) =>
      store.adminQuery(`SELECT ${column} AS id, citizen_id AS citizen FROM ${table} ORDER BY ${column}`);
    const now = [
      { id: mine.id, citizen: NEW },
      { id: another.id, citizen: OTHER },
    ];
    expect(await citizens('case_item', 'id')).toEqual(now);
    expect(await citizens('petitioner', 'case_item_id')).toEqual(now);
    expect(await store.adminQuery('SELECT citizen_id FROM public_account')).toEqual([{ citizen_id: NEW }]);
    const [stored] = await store.adminQuery('SELECT version FROM case_item WHERE id = $1', [mine.id]);
    expect(stored).toEqual({ version: mine.version });
  });

  it('who died leave a note on their open items, which says neither who nor when, and nothing else', async () => {
    const open = await letterOf(OLD);
    const done = await letterOf(OLD);
    await letterOf(OTHER);
    await store.as(HANDLER, (tx) =>
      archive(
        tx,
        { caseItemId: done.id, expectedVersion: done.version, reason: '存档' },
        officerOf(HANDLER),
        store.clock.now(),
      ),
    );
    const events = await store.adminQuery('SELECT count(*)::int AS n FROM outbox');
    await receive(CitizenDeceased.type, { citizenId: OLD, date: '2026-02-20' });
    expect(
      await store.adminQuery(
        `SELECT case_item_id, from_state, to_state, account_id, details FROM case_journal WHERE action = 'PETITIONER_DECEASED'`,
      ),
    ).toEqual([
      {
        case_item_id: open.id,
        from_state: 'REGISTERED',
        to_state: 'REGISTERED',
        account_id: 'service:petitions',
        details: {},
      },
    ]);
    expect(await store.adminQuery('SELECT count(*)::int AS n FROM outbox')).toEqual(events);
    const [item] = await store.adminQuery('SELECT state, version FROM case_item WHERE id = $1', [open.id]);
    expect(item).toEqual({ state: 'REGISTERED', version: open.version });
  });

  it('who may have died are a to-do of whoever holds the item, until somebody has looked into it', async () => {
    const item = await letterOf(OLD);
    const told = () => receive(CitizenDeceased.type, { citizenId: OLD, date: '2026-02-20' });
    await told();
    await told();
    const todo = async (by: typeof HANDLER) => {
      const { nodes } = await store.readAs(by, (tx) => workList(tx, 'TODO', officerOf(by), { first: 20 }));
      return store.readAs(by, (tx) =>
        tx.query<OrgTask>(
          `SELECT id, version, state FROM org_task WHERE id = ANY($1) AND kind = 'PETITIONER_DECEASED'`,
          [nodes.map(({ id }) => id)],
        ),
      );
    };
    const [task, ...more] = await todo(HANDLER);
    expect([task, more]).toMatchObject([{ state: 'TODO' }, []]);
    // Others who see the item do not learn of it.
    const above = officer('nation', ['HANDLER', 'SUPERVISOR']);
    const rumours = await store.readAs(above, async (tx) => [
      (await tx.query('SELECT FROM case_item WHERE id = $1', [item.id])).length,
      (await tx.query(`SELECT FROM org_task WHERE kind = 'PETITIONER_DECEASED'`)).length,
    ]);
    expect(rumours).toEqual([1, 0]);

    const issuer = testIssuer();
    const running = await startTestSubgraph(store, issuer);
    const CONFIRM = `mutation ($id: ID!, $version: Int!) {
      confirmPetitionerDeath(taskId: $id, expectedVersion: $version, confirmed: true) { id kind state version } }`;
    const confirm = async (by: Principal | null, { id, version }: { id: string; version: number }) => {
      const { data, errors } = await subgraphClient(running.url, issuer, by).query(CONFIRM, { id, version });
      return errors?.[0]?.extensions?.code ?? data!.confirmPetitionerDeath;
    };
    try {
      const custody = (await custodyOf(store, HANDLER, item.id))!;
      for (const [by, of, code] of [
        [officer('shandong', 'HANDLER', 'colleague'), task!, 'NOT_HOLDER'],
        [above, task!, 'NOT_FOUND'],
        [officer('qingdao', 'HANDLER'), task!, 'NOT_FOUND'],
        [officer('shandong', ['LEADER', 'SUPERVISOR']), task!, 'FORBIDDEN'],
        [citizen(), task!, 'FORBIDDEN'],
        [null, task!, 'UNAUTHENTICATED'],
        [HANDLER, { ...task!, version: 99 }, 'STALE_VERSION'],
        [HANDLER, custody, 'NOT_FOUND'],
      ] as const)
        expect([code, await confirm(by, of)]).toEqual([code, code]);
      const { id, version } = task!;
      expect(await confirm(HANDLER, task!)).toEqual({
        id,
        kind: 'PETITIONER_DECEASED',
        state: 'DONE',
        version: version + 1,
      });
      expect(await confirm(HANDLER, { id, version: version + 1 })).toBe('WRONG_TASK_STATE');
    } finally {
      await running.stop();
    }
    expect(await todo(HANDLER)).toEqual([]);
    expect(
      await store.adminQuery(
        `SELECT account_id, subject_id, details FROM case_journal WHERE action = 'PETITIONER_DEATH_CONFIRMED'`,
      ),
    ).toEqual([{ account_id: HANDLER.accountId, subject_id: task!.id, details: {} }]);
    expect(await store.adminQuery('SELECT state, version FROM case_item WHERE id = $1', [item.id])).toEqual([
      { state: 'REGISTERED', version: item.version },
    ]);
  });
});

import { serviceScope } from '@junxian/identity';
import { claimsOf, type Stage, signInStage } from '../sign-in/sign-in.fixture';
import { endSessionsOfAccount, invalidateAppointments, revocationsAfter } from './revocation.service';
import { purgeSignInLeftovers } from './upkeep';

let stage: Stage;
beforeAll(async () => {
  stage = await signInStage();
});
beforeEach(() => stage.clear());
afterAll(() => stage.close());

const cadre = (name: string, organisation: keyof Stage['organisations'] = 'unit') =>
  stage.account({ name, organisation, realms: ['RETIRED_CADRE'] });
const feed = (after: string | null = null) =>
  stage.test.database.read(serviceScope('test'), (tx) => revocationsAfter(tx, after, stage.clock.now()));
/**
 * Waits until every transaction of the server that is older than this moment has ended, those of other
 * test files too: so long the feed gives an entry again.
 */
async function quiet(): Promise<void> {
  const [now] = await stage.test.adminQuery<{ xid: string }>('SELECT pg_current_xact_id()::text AS xid');
  for (;;) {
    const [row] = await stage.test.adminQuery<{ passed: boolean }>(
      'SELECT pg_snapshot_xmin(pg_current_snapshot()) > $1::xid8 AS passed',
      [now!.xid],
    );
    if (row!.passed) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
const refresh = (token: string) => stage.services.refreshing.refresh(token, '192.0.2.7');

/** Something one side waits for until the other lets it pass. */
function gate() {
  let open!: () => void;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, passed };
}

describe('the feed of revocations', () => {
  const end = (accountId: string) =>
    stage.inService((tx) => endSessionsOfAccount(tx, accountId, 'DISABLED', () => stage.clock.now()));

  it('gives what is new since a cursor and forgets what has expired', async () => {
    const [a, b] = [
      await cadre('unit001'),
      await stage.account({ name: 'unit002', organisation: 'unit', isExtra: true }),
    ];
    await end(a);
    await quiet();
    const first = await feed();
    expect(first.entries.map(({ kind, subject, notBefore }) => ({ kind, subject, notBefore }))).toEqual([
      { kind: 'ACCOUNT', subject: a, notBefore: stage.clock.now().toISOString() },
    ]);
    expect((await feed(first.cursor)).entries).toEqual([]);
    await end(b);
    expect((await feed(first.cursor)).entries.map(({ subject }) => subject)).toEqual([b]);
    expect((await feed('garbage')).entries).toHaveLength(2);
    expect((await feed('99999999999999999')).entries).toHaveLength(2);
    stage.clock.advance(15 * 60_000);
    expect((await feed()).entries).toEqual([]);
    await purgeSignInLeftovers(stage.test.database, stage.clock);
    expect(await stage.test.adminQuery('SELECT id FROM revocation')).toEqual([]);
  });

  it('loses nothing that commits late, behind entries with higher numbers', async () => {
    const [a, b] = [
      await cadre('unit001'),
      await stage.account({ name: 'unit002', organisation: 'unit', isExtra: true }),
    ];
    const [inserted, mayCommit] = [gate(), gate()];
    const late = stage.inService(async (tx) => {
      await endSessionsOfAccount(tx, a, 'DISABLED', () => stage.clock.now());
      inserted.open();
      await mayCommit.passed;
    });
    await inserted.passed;
    await end(b);
    const before = await feed();
    expect(before.entries.map(({ subject }) => subject)).toEqual([b]);
    const again = await feed(before.cursor);
    mayCommit.open();
    await late;
    await quiet();
    const after = await feed(again.cursor);
    expect(after.entries.map(({ subject }) => subject)).toContain(a);
    expect((await feed(after.cursor)).entries).toEqual([]);
  });

  it('no token carries revoked roles and is newer than the entry, whichever of the two comes first', async () => {
    await cadre('unit001');
    const { refreshToken, appointment } = await stage.login({ loginName: 'unit001' });
    const steps = { revoked: gate(), refreshedOnce: gate(), invalidated: gate(), mayCommit: gate() };
    const change = stage.inService(async (tx) => {
      await tx.query('UPDATE role_grant SET revoked_at = $2 WHERE appointment_id = $1', [
        appointment!.id,
        stage.clock.now(),
      ]);
      steps.revoked.open();
      await steps.refreshedOnce.passed;
      await invalidateAppointments(tx, [appointment!.id], 'ROLES_CHANGED', () => stage.clock.now());
      steps.invalidated.open();
      await steps.mayCommit.passed;
    });
    await steps.revoked.passed;
    const early = await refresh(refreshToken);
    stage.clock.advance(1);
    steps.refreshedOnce.open();
    await steps.invalidated.passed;
    const waiting = refresh(early.refreshToken);
    // Long enough to be done, if it did not wait.
    await new Promise((resolve) => setTimeout(resolve, 150));
    stage.clock.advance(1);
    steps.mayCommit.open();
    await change;
    const late = await waiting;

    const notBefore = Date.parse((await feed()).entries[0]!.notBefore);
    expect(claimsOf(early.accessToken).roles).toEqual(['directory:ORG_ADMIN']);
    expect(claimsOf(early.accessToken).iat * 1000).toBeLessThan(notBefore);
    expect(claimsOf(late.accessToken).roles).toEqual([]);
    expect(claimsOf(late.accessToken).iat * 1000).toBeGreaterThan(notBefore);
  });

  it('a token issued in the very millisecond after the entry is newer than it, one issued before is older', async () => {
    const id = await cadre('unit001');
    const before = await stage.login({ loginName: 'unit001' });
    stage.clock.advance(1);
    await end(id);
    const after = await stage.login({ loginName: 'unit001' });
    const notBefore = Date.parse((await feed()).entries[0]!.notBefore);
    expect(claimsOf(before.accessToken).iat! * 1000).toBeLessThan(notBefore);
    expect(claimsOf(after.accessToken).iat! * 1000).toBeGreaterThan(notBefore);
  });

  it('whoever may not read it reads nothing, and nobody changes an entry', async () => {
    const id = await cadre('unit001');
    await end(id);
    const staff = stage.staff();
    expect(await stage.as(staff, (tx) => tx.query('SELECT id FROM revocation'))).toEqual([]);
    await expect(
      stage.inService((tx) => tx.query(`UPDATE revocation SET not_before = now()`)),
    ).rejects.toThrow(/permission denied/);
  });
});

import { setTimeout as pause } from 'node:timers/promises';
import type { GraphAnswer } from '@junxian/test-kit';
import { places } from '../support/demo';
import { eventually } from '../support/system';
import type { FaultStage } from './fault-stage';

/** Organisations that are created while directory dies. */
export function directoryFaults({ system, kill, ready }: FaultStage): void {
  it('kill −9 of directory in the middle of changes: the audit chain is whole and every change has its event', async () => {
    const admin = await system().signIn('datong');
    const [own] = await system().adminQuery<{ id: string }>(
      'directory',
      `SELECT organisation_id AS id FROM account WHERE login_name = 'datong'`,
    );
    const work = (async () => {
      for (let n = 0; n < 12; n += 1) {
        const name = `示例故障单位${n}`;
        let last: unknown;
        const until = Date.now() + 60_000;
        for (; Date.now() < until; await pause(200)) {
          const answer = await admin
            .query(
              `mutation ($input: CreateOrganisationInput!) { createOrganisation(input: $input) { id } }`,
              {
                input: {
                  kind: 'DEPARTMENT',
                  sealName: name,
                  regionCode: places.datong,
                  superiorId: own!.id,
                  hasExtranet: true,
                },
              },
            )
            .catch(
              (error: Error): GraphAnswer => ({
                status: 0,
                data: null,
                errors: [{ message: error.message }],
              }),
            );
          last = answer.errors;
          // Killed after the commit, before the answer: the second try finds the name taken, by itself.
          if (answer.data?.createOrganisation || answer.errors?.[0]?.extensions?.code === 'DUPLICATE_NAME')
            break;
        }
        if (Date.now() >= until) throw new Error(`${name} was never accepted: ${JSON.stringify(last)}`);
      }
    })();
    await pause(400);
    kill('directory');
    await ready('directory');
    kill('directory');
    await work;
    const rows = await system().adminQuery<{ events: number }>(
      'directory',
      `SELECT (SELECT count(*)::int FROM outbox o WHERE o.key = organisation.id::text) AS events
         FROM organisation WHERE seal_name LIKE '示例故障单位%'`,
    );
    expect(rows).toHaveLength(12);
    expect(rows.every(({ events }) => events === 1)).toBe(true);
    await ready('directory');
    const auditor = await eventually(
      'the gateway’s way to directory',
      () =>
        system()
          .signIn('auditor')
          .catch(() => null),
      (signedIn) => signedIn !== null,
      30_000,
    );
    const verified = await eventually(
      'the audit',
      () => auditor!.query('{ verifyAudit { intact faultCount checked } }'),
      (answer) => answer.data?.verifyAudit != null,
    );
    expect(verified.data!.verifyAudit).toMatchObject({ intact: true, faultCount: 0 });
  }, 180_000);
}

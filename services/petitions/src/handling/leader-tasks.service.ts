import { dateInShanghai } from '@junxian/calendar';
import { Refusal } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { CaseItem, TaskKind } from '../cases/case.types';
import { mayDealWith } from '../organisations/organisations.service';

/** Checks that a person is a leader of the officer's own organisation today, and not the accused of the item (PT-HND-08). Throws NOT_A_LEADER. */
export async function checkOwnLeader(
  tx: ScopedTransaction,
  item: Pick<CaseItem, 'accusedAccountId'>,
  leaderId: string,
  officer: Officer,
  at: Date,
): Promise<void> {
  const { organisationId } = officer;
  if (await mayDealWith(tx, item, leaderId, organisationId, ['petitions:LEADER'], dateInShanghai(at))) return;
  throw new Refusal(
    'NOT_A_LEADER',
    {
      zh: '所选人员不是本单位在任的领导，或不宜经办该信访件，请重新选择',
      en: 'This person is no leader of your organisation, or may not deal with this item; choose another',
    },
    { field: 'leaderId' },
  );
}

/** Ends the open tasks of a kind about a document of a locked item, as done by an officer. */
export async function endTasksAbout(
  tx: ScopedTransaction,
  kind: TaskKind,
  subjectId: string,
  officer: Officer,
  at: Date,
): Promise<void> {
  tx.send(
    `UPDATE org_task SET state = 'DONE', done_at = $3, done_by = $4, version = version + 1
     WHERE subject_id = $1 AND kind = $2 AND state IN ('UNIT_INBOX', 'TODO')`,
    [subjectId, kind, at, officer.accountId],
  );
}

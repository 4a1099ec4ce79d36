import type { Principal } from '@junxian/identity';
import { officerOf } from '../actor';
import type { CaseItem, OrgTask } from '../cases/case.types';
import { caseById } from '../cases/case-changes.service';
import { custodyTask } from '../cases/custody.service';
import { type CaseDraft, registerCaseItem } from '../registration/case-registration.service';
import { officer, type TestStore } from './store.support.test';

/** An ordinary letter of a named petitioner about wages in Lixia. */
export function draft(changes: Partial<CaseDraft> = {}): CaseDraft {
  return {
    channel: 'LETTER',
    petitionDate: '2026-03-02',
    receivedAt: new Date('2026-03-02T09:00:00+08:00'),
    anonymous: false,
    title: '示例：拖欠工资',
    problemRegionCode: '370102001000',
    content: '示例内容：某工地拖欠工资三个月。',
    purpose: 'SEEK_SOLUTION',
    contentCategory: 'LABOUR',
    litigationRelated: false,
    petitioner: { name: '张三', idType: 'RESIDENT_ID', householdAddress: '济南市解放路街' },
    ...changes,
  };
}

/** Registers an item as an officer (by default of the Shandong bureau, who is registrar and handler). */
export async function registered(
  store: TestStore,
  changes: Partial<CaseDraft> = {},
  by: Principal = officer('shandong', ['LETTER_REGISTRAR', 'HANDLER']),
): Promise<CaseItem> {
  const { item } = await store.as(by, (tx) =>
    registerCaseItem(tx, store.services.personal, draft(changes), officerOf(by), store.clock.now()),
  );
  return item;
}

/** An item as an officer sees it now. */
export const itemAs = (store: TestStore, by: Principal, id: string): Promise<CaseItem | undefined> =>
  store.readAs(by, (tx) => caseById(tx, id));

/** The task that carries an item's custody, past row-level security's eyes of one officer. */
export const custodyOf = (store: TestStore, by: Principal, id: string): Promise<OrgTask | undefined> =>
  store.as(by, (tx) => custodyTask(tx, id));

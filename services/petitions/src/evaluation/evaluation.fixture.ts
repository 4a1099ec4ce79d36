import type { Principal } from '@junxian/identity';
import type { CaseItem } from '../cases/case.types';
import { HandlingStage, lixiaUnit, shandong } from '../handling/handling.fixture';
import { archive, directReply } from '../handling/replies.service';
import type { CaseDraft } from '../registration/case-registration.service';
import { itemAs } from '../testing/cases.support.test';
import type { TestStore } from '../testing/store.support.test';

/** Items of a citizen's account in the states that matter to an evaluation. */
export class EvaluationStage extends HandlingStage {
  constructor(
    store: TestStore,
    readonly zhang: Principal,
  ) {
    super(store);
  }

  /** The citizen's item in the hands of the unit in Lixia, accepted. */
  async accepted(changes: Partial<CaseDraft> = {}): Promise<CaseItem> {
    const { id } = await this.atUnit({ channel: 'ONLINE', accountId: this.zhang.accountId, ...changes });
    await this.notify(lixiaUnit, id, 'ACCEPTANCE');
    return (await itemAs(this.store, lixiaUnit, id))!;
  }

  /** An accepted item is handled and answered on a day. */
  async reply({ id }: CaseItem, servedOn: string): Promise<CaseItem> {
    await this.handleSelf(lixiaUnit, id);
    const { opinion } = await this.approvedOpinion(id);
    await this.serve(opinion, servedOn);
    return (await itemAs(this.store, lixiaUnit, id))!;
  }

  /** The citizen's item, answered by the unit today. */
  async replied(changes: Partial<CaseDraft> = {}): Promise<CaseItem> {
    return this.reply(await this.accepted(changes), this.store.clock.today());
  }

  /** The citizen's item, answered at once by the bureau: no unit was responsible. */
  async answeredByBureau(changes: Partial<CaseDraft> = {}): Promise<CaseItem> {
    const item = await this.register({ channel: 'ONLINE', accountId: this.zhang.accountId, ...changes });
    await this.act(shandong, (tx, who, at) =>
      directReply(tx, { caseItemId: item.id, expectedVersion: item.version, reply: '示例答复。' }, who, at),
    );
    return (await itemAs(this.store, shandong, item.id))!;
  }

  /** The citizen's item, archived by the bureau. */
  async archived(): Promise<CaseItem> {
    const item = await this.register({ channel: 'ONLINE', accountId: this.zhang.accountId });
    const { item: archived } = await this.act(shandong, (tx, who, at) =>
      archive(tx, { caseItemId: item.id, expectedVersion: item.version, reason: '示例' }, who, at),
    );
    return archived;
  }
}

export const SATISFIED = { rating: 'SATISFIED' };
export const BOTH = { round: 1, department: SATISFIED, unit: SATISFIED };

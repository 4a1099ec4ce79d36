import { type Clock, dateInShanghai, ManualClock } from '@junxian/calendar';
import { type Scope, scopeOf } from '@junxian/identity';
import { type ScopedTransaction, SET_SCOPE, scopeSettings } from '@junxian/persistence';
import { type Officer, officerOf } from '../actor';
import type { Actor, CaseItem } from '../cases/case.types';
import { caseById } from '../cases/case-changes.service';
import type { Sealing } from '../review/review-actions.service';
import type { Services } from '../service';
import { codeHolderScope } from '../service-scopes';
import {
  type CitizenKey,
  demoCitizen,
  demoCitizens,
  demoOfficer,
  demoOrganisations,
  type OfficerKey,
} from './demo-directory';
import type { ActName, ActOf, DemoActor, DemoCase, DemoMoment } from './demo-plan.types';

/** Rows of an item that its later steps need. */
export interface Held {
  submissionId?: string;
  itemId?: string;
  opinionId?: string;
  reportId?: string;
  /** An uploaded file that waits to be attached. */
  fileId?: string;
  reminderId?: string;
  reviewId?: string;
  paperId?: string;
}

/** One step being done: who, when, of which item, in a transaction in which row-level security knows the actor. */
export interface DemoScene {
  tx: ScopedTransaction;
  services: Services;
  of: DemoCase;
  held: Held;
  at: Date;
  today: string;
  clock: Clock;
  officer: Officer;
  /** The officer, or the citizen who acts. */
  actor: Actor;
  acting: Sealing;
  /** The ids of what another item of the month became. */
  heldOf(key: string): Held;
}

/** How the steps of some kinds are done. */
export type DemoActs<Name extends ActName> = {
  [Act in Name]: (scene: DemoScene, act: ActOf<Act>) => Promise<void>;
};

/** The item of the scene as the actor sees it now. Throws when it is not in sight, which would be a defect of the plan. */
export async function itemOf({ tx, held, of }: DemoScene): Promise<CaseItem> {
  const item = held.itemId === undefined ? undefined : await caseById(tx, held.itemId);
  if (item === undefined) throw new Error(`the demonstration item ${of.key} is not in sight`);
  return item;
}

/** The item's id and its version now. */
export async function seenItem(scene: DemoScene): Promise<{ caseItemId: string; expectedVersion: number }> {
  const { id, version } = await itemOf(scene);
  return { caseItemId: id, expectedVersion: version };
}

/** Plays scenes one after the other in one transaction: before each, row-level security is told who acts now. Takes the files that wait for items, by the items' keys. */
export class DemoStage {
  private readonly held = new Map<string, Held>();
  private acting = '';

  constructor(
    private readonly tx: ScopedTransaction,
    private readonly services: Services,
    files: ReadonlyMap<string, string>,
  ) {
    for (const [key, fileId] of files) this.heldOf(key).fileId = fileId;
  }

  /** Readies one step. */
  async scene({ at, by, of }: DemoMoment): Promise<DemoScene> {
    const held = this.heldOf(of.key);
    const who = this.whoIs(by, held);
    if (this.acting !== who.scope.accountId) {
      await actAs(this.tx, who.scope);
      this.acting = who.scope.accountId!;
    }
    const today = dateInShanghai(at);
    return {
      tx: scopedAs(this.tx, who.scope),
      services: this.services,
      of,
      held,
      at,
      today,
      clock: new ManualClock(at.toISOString()),
      officer: who.officer,
      actor: who.actor,
      acting: { officer: who.officer, at, today, seals: this.services.seals },
      heldOf: (key) => this.heldOf(key),
    };
  }

  private heldOf(key: string): Held {
    const held = this.held.get(key) ?? {};
    this.held.set(key, held);
    return held;
  }

  private whoIs(by: DemoActor, held: Held): { scope: Scope; actor: Actor; officer: Officer } {
    if (by === 'petitioner' || by in demoCitizens) {
      const scope =
        by === 'petitioner' ? codeHolderScope(held.itemId ?? '') : scopeOf(demoCitizen(by as CitizenKey));
      const accountId = scope.accountId!;
      // No officer does an act of a citizen; one of no organisation and no role could not, either.
      return { scope, actor: { ...NOBODY, accountId }, officer: { ...NO_OFFICER, accountId } };
    }
    const principal = demoOfficer(by as OfficerKey);
    const officer = officerOf(principal);
    return { scope: scopeOf(principal), actor: officer, officer };
  }
}

/** From here on row-level security takes whoever writes in the transaction for this one. */
export async function actAs(tx: ScopedTransaction, scope: Scope): Promise<ScopedTransaction> {
  await tx.query(SET_SCOPE, scopeSettings(scope, 'force_generic_plan'));
  return scopedAs(tx, scope);
}

const NOBODY = { organisationId: null, regionCode: null, roles: [], operatorName: null };
const NO_OFFICER = { ...NOBODY, organisationId: '', regionCode: '' };

function scopedAs(tx: ScopedTransaction, scope: Scope): ScopedTransaction {
  return {
    scope,
    manager: tx.manager,
    query: (sql, parameters) => tx.query(sql, parameters),
    send: (sql, parameters) => tx.send(sql, parameters),
    beforeCommit: (action) => tx.beforeCommit(action),
    afterCommit: (action) => tx.afterCommit(action),
  };
}

/** The seal name of a demonstration organisation. */
export const nameOf = (key: keyof typeof demoOrganisations): string => demoOrganisations[key].sealName;

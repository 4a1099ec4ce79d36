import type { Channel } from '../cases/case.types';
import type { Rating } from '../evaluation/evaluation.rules';
import type { OpinionConclusion } from '../handling/opinion.types';
import type { ReviewLevel, ReviewResult } from '../review/review.types';
import type { ReminderReason } from '../supervision/reminders.rules';
import type { DeadlineKind } from '../supervision/warning-level.rules';
import type { CitizenKey, OfficerKey, OrganisationKey } from './demo-directory';
import type { DemoSubject, PlaceKey } from './demo-texts';

/** One thing somebody does with an item. */
export type DemoAct =
  | { do: 'SUBMIT' | 'WITHDRAW' | 'OPEN' | 'REGISTER' | 'PRINT_QUERY_CODE' }
  | { do: 'FORWARD'; to: OrganisationKey }
  | { do: 'ASSIGN'; to: OrganisationKey; resultInDays: number }
  | { do: 'TAKE' | 'ACCEPT' | 'DECLINE' | 'DECLINE_AS_EXHAUSTED' | 'HANDLE_SELF' | 'REPLY' | 'ARCHIVE' }
  | { do: 'DRAFT_OPINION'; leader: OfficerKey; conclusion: OpinionConclusion }
  | { do: 'SIGN_OPINION' | 'SERVE_OPINION' }
  | { do: 'EXTEND'; days: number }
  | { do: 'REPORT'; file?: boolean }
  | { do: 'DRAFT_REPORT' }
  | { do: 'REVIEW_REPORT'; approve: boolean }
  | { do: 'RETURN' }
  | { do: 'DECIDE_RETURN'; confirm: boolean }
  | { do: 'ASK_LEADER'; leader: OfficerKey }
  | { do: 'LEADER_DECIDES'; decision: 'AGREE' | 'AMEND' | 'REJECT' }
  | { do: 'TALK'; finish: boolean }
  | { do: 'LEADER_RECEIVES' }
  | { do: 'REMIND'; target: OrganisationKey; kind: DeadlineKind; reason: ReminderReason }
  | { do: 'ANSWER_REMINDER' }
  | { do: 'EVALUATE'; round: 1 | 2; rating: Rating }
  | { do: 'WRITE_CASE'; publish: boolean }
  | { do: 'APPLY_FOR_REVIEW'; level: ReviewLevel }
  | { do: 'APPOINT'; handler: OfficerKey }
  | {
      do: 'DRAFT_PAPER';
      kind: 'ACCEPTANCE_FORM' | 'SUPPLEMENT_LIST' | 'DEFENCE_NOTICE';
      leader: OfficerKey;
      reject?: boolean;
    }
  | { do: 'APPROVE_PAPER' }
  | {
      do:
        | 'ASK_SUPPLEMENT'
        | 'ACCEPT_REVIEW'
        | 'REJECT_REVIEW'
        | 'NOTIFY_RESPONDENT'
        | 'DEFEND'
        | 'EXAMINE'
        | 'HEAR';
    }
  | { do: 'INVITE_LAWYER' | 'ADVISE_AS_LAWYER' }
  | { do: 'OPINE'; result: ReviewResult; leader: OfficerKey }
  | { do: 'SIGN_REVIEW' | 'SERVE_REVIEW' | 'CLOSE_REVIEW' | 'SUSPEND' | 'APPROVE_SUSPENSION' };
export type ActName = DemoAct['do'];
export type ActOf<Name extends ActName> = Extract<DemoAct, { do: Name }>;

/** Who does it: an officer, a citizen with an account, or the petitioner with the query code. */
export type DemoActor = OfficerKey | CitizenKey | 'petitioner';

/** What happens so many days after the step before it. */
export type DemoStep = readonly [daysLater: number, by: DemoActor, act: DemoAct];

/** One item of the month as planned. */
export interface DemoCase {
  key: string;
  channel: Channel;
  /** The day of the first step, in days before today. */
  daysAgo: number;
  steps: readonly DemoStep[];
  subject: DemoSubject;
  place: PlaceKey;
  /** Tells petitioners apart: name, ID number, mobile. */
  person: number;
  anonymous?: boolean;
  confidential?: boolean;
  accused?: OrganisationKey;
  visitors?: number;
  coVisitors?: number;
  interviewer?: OfficerKey;
  /** Another item it repeats: the same matter, or only the same person. */
  repeats?: { key: string; kind: 'SAME_MATTER' | 'SAME_PERSON' };
  urgent?: boolean;
  threat?: boolean;
  affected?: number;
}

/** One act with the instant it is done at. */
export interface DemoMoment {
  at: Date;
  by: DemoActor;
  act: DemoAct;
  of: DemoCase;
}

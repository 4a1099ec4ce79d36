import type { Clock } from '@junxian/calendar';
import {
  AccountActivated,
  AccountDisabled,
  AccountEnabled,
  AppealLapsed,
  AppointmentEnded,
  AppointmentGranted,
  CaseAssigned,
  CaseCompleted,
  CaseCorrected,
  CaseExtended,
  CaseFinal,
  CaseForwarded,
  CasePublished,
  CaseRegistered,
  CaseReopened,
  CaseReturned,
  CaseReturnRequested,
  CaseReviewMoved,
  CaseTransferred,
  CitizenDeceased,
  CitizenRenumbered,
  defineConsumer,
  EvaluationSubmitted,
  NoticeIssued,
  OrganisationChanged,
  OrganisationConverted,
  OrganisationRegistered,
  OrganisationRemoved,
  OrganisationRestored,
  PetitionsIdentityRevealed,
  RegionChanged,
  ReminderSent,
  ReportApproved,
  ReportSentBack,
  ReportSubmitted,
  ReturnRefused,
  ReviewAccepted,
  ReviewClosed,
  ReviewRegistered,
  ReviewRejected,
  ReviewResumed,
  ReviewStepDone,
  ReviewSuspended,
  ReviewTerminated,
  SelfHandlingStarted,
  SimpleRegistered,
  SmsDelivered,
  SmsFailed,
  SubmissionCreated,
  SubmissionOpened,
  SubmissionTransferred,
  SubmissionWarningRaised,
  SubmissionWithdrawn,
  TaskTakenBack,
  WarningRaised,
} from '@junxian/messaging';
import { receiveRegionChange } from '@junxian/region-changes';
import { unpublishReopened } from './case-publication/unpublish-reopened.service';
import { proposeDeath } from './cases/petitioner-death.service';
import {
  followAccount,
  followAppointment,
  followEndOfAppointment,
  followOrganisation,
} from './organisations/follow-directory.service';
import { skipTold } from './organisations/told-codes.service';
import { followRenumbering } from './public-accounts/follow-citizens.service';
import { followMessage } from './registration/message-reports.service';
import { recount } from './statistics/recount.service';

/** Every event this service publishes (requirements/petitions.md §7). */
export const published = [
  SubmissionCreated,
  SubmissionOpened,
  SubmissionWithdrawn,
  SubmissionTransferred,
  CaseRegistered,
  CaseCorrected,
  SimpleRegistered,
  CaseForwarded,
  CaseAssigned,
  NoticeIssued,
  SelfHandlingStarted,
  CaseExtended,
  CaseReopened,
  CaseReturnRequested,
  CaseReturned,
  ReturnRefused,
  TaskTakenBack,
  CaseTransferred,
  ReportSubmitted,
  ReportApproved,
  ReportSentBack,
  CaseCompleted,
  CaseFinal,
  AppealLapsed,
  CaseReviewMoved,
  EvaluationSubmitted,
  WarningRaised,
  SubmissionWarningRaised,
  ReminderSent,
  CasePublished,
  ReviewRegistered,
  ReviewAccepted,
  ReviewRejected,
  ReviewStepDone,
  ReviewSuspended,
  ReviewResumed,
  ReviewTerminated,
  ReviewClosed,
  PetitionsIdentityRevealed,
];

/** Events after which an item contributes differently to the statistics. */
const COUNTED = [
  CaseRegistered,
  CaseCorrected,
  SimpleRegistered,
  CaseForwarded,
  CaseAssigned,
  NoticeIssued,
  SelfHandlingStarted,
  CaseExtended,
  CaseReopened,
  CaseReturned,
  TaskTakenBack,
  CaseTransferred,
  ReportSubmitted,
  CaseCompleted,
  CaseFinal,
  AppealLapsed,
  CaseReviewMoved,
  EvaluationSubmitted,
  ReviewRegistered,
  ReviewAccepted,
  ReviewRejected,
  ReviewStepDone,
  ReviewSuspended,
  ReviewResumed,
  ReviewTerminated,
  ReviewClosed,
] as const;

/** What the consumers need, and who is told. */
export interface ConsumerParts {
  clock: Clock;
  regionChangeReceived(): void;
}

/** Everything this service does when an event arrives, its own included. */
export function consumers({ clock, regionChangeReceived }: ConsumerParts) {
  return [
    defineConsumer({
      name: 'petitions.receive-region-changes',
      events: [RegionChanged],
      handle: async (tx, event) => {
        await receiveRegionChange(tx, event);
        skipTold(tx, event.data.changeId);
        tx.afterCommit(regionChangeReceived);
      },
    }),
    defineConsumer({
      name: 'petitions.follow-organisations',
      events: [
        OrganisationRegistered,
        OrganisationChanged,
        OrganisationConverted,
        OrganisationRemoved,
        OrganisationRestored,
      ],
      dropStale: true,
      handle: followOrganisation,
    }),
    defineConsumer({
      name: 'petitions.follow-appointments',
      events: [AppointmentGranted, AppointmentEnded],
      dropStale: true,
      handle: (tx, event) =>
        event.type === AppointmentGranted.type
          ? followAppointment(tx, event, clock.today(), clock.now())
          : followEndOfAppointment(tx, event, clock.today(), clock.now()),
    }),
    defineConsumer({
      name: 'petitions.follow-accounts',
      events: [AccountActivated, AccountEnabled, AccountDisabled],
      handle: (tx, event) => followAccount(tx, event, clock.today(), clock.now()),
    }),
    defineConsumer({
      name: 'petitions.follow-citizens',
      events: [CitizenRenumbered, CitizenDeceased],
      handle: (tx, event) =>
        event.type === CitizenRenumbered.type
          ? followRenumbering(tx, event)
          : proposeDeath(tx, event.data.citizenId, clock.now()),
    }),
    defineConsumer({
      name: 'petitions.follow-messages',
      events: [SmsDelivered, SmsFailed],
      handle: followMessage,
    }),
    defineConsumer({
      name: 'petitions.unpublish-reopened',
      events: [CaseReopened],
      // One in hundreds of its topic: looking at each on its own costs more than half a second of patience.
      gatherMilliseconds: 500,
      handle: (tx, { data }) => unpublishReopened(tx, data.caseItemId, clock.now()),
    }),
    defineConsumer({
      name: 'petitions.count-items',
      events: COUNTED,
      // Counters of a day and the nation are one row: many small batches would only wait for each other.
      gatherMilliseconds: 500,
      handleBatch: (tx, events) =>
        recount(
          tx,
          events.map(({ data }) => ('caseItemId' in data ? data.caseItemId : data.simpleRegistrationId)),
        ),
    }),
  ];
}

import type { Principal } from '@junxian/identity';
import { officerOf } from '../actor';
import type { CaseItem } from '../cases/case.types';
import { petitionerOfProfile, profileOfSubmission } from '../public-accounts/profiles.service';
import type { PublicStage } from '../public-accounts/public-stage.fixture';
import { registerCaseItem } from '../registration/case-registration.service';
import { draft } from '../testing/cases.support.test';
import { officer } from '../testing/store.support.test';
import { bindSubmission, openSubmissionRow } from './submissions.service';

/** The online registrar of Shandong, who receives what concerns the province. */
export const REGISTRAR = officer('shandong', ['ONLINE_REGISTRAR', 'HANDLER']);

export const PETITION = {
  title: '拖欠工资',
  problemRegionCode: '370102001000',
  problemAddress: '济南市历下区解放路 1 号工地',
  content: '某工地拖欠工资三个月，请予处理。',
};

export const SUBMIT = `mutation ($input: SubmitPetitionInput!, $captcha: CaptchaInput) {
  submitPetition(input: $input, captcha: $captcha) { message
    submission { id state version unopened receiver { id } problemRegion { code } anonymous } } }`;

/** Submits a petition, the one above unless changed. */
export const submit = (
  stage: PublicStage,
  who: Principal | null,
  changes = {},
  captcha: object | null = stage.directory.captcha(),
) => stage.as(who, SUBMIT, { input: { ...PETITION, ...changes }, captcha });

/** Submits and returns the id. */
export async function submitted(stage: PublicStage, who: Principal, changes = {}): Promise<string> {
  const { data, errors } = await submit(stage, who, changes);
  if (errors) throw new Error(JSON.stringify(errors));
  return data!.submitPetition.submission.id;
}

/** The registrar opens a submission. */
export const opened = (stage: PublicStage, id: string, by = REGISTRAR) =>
  stage.store.as(by, (tx) => openSubmissionRow(tx, id, officerOf(by), stage.store.clock.now()));

/** The registrar opens and registers a submission, as the registration room does. */
export async function registeredOnline(
  stage: PublicStage,
  id: string,
  changes: Parameters<typeof draft>[0] = {},
): Promise<{ item: CaseItem; queryCode: string }> {
  const { store } = stage;
  const { personal } = store.services;
  const at = store.clock.now();
  return store.as(REGISTRAR, async (tx) => {
    const { submission } = await openSubmissionRow(tx, id, officerOf(REGISTRAR), at);
    const { item, queryCode } = await registerCaseItem(
      tx,
      personal,
      draft({
        channel: 'ONLINE',
        submissionId: id,
        accountId: submission.accountId,
        anonymous: submission.anonymous,
        receivedAt: submission.submittedAt,
        title: submission.title,
        content: submission.content,
        petitioner: petitionerOfProfile(personal, await profileOfSubmission(tx, submission)),
        ...changes,
      }),
      officerOf(REGISTRAR),
      at,
    );
    await bindSubmission(tx, submission, item.id, at);
    return { item, queryCode };
  });
}

import { randomUUID } from 'node:crypto';
import type { GraphAnswer, Json } from '@junxian/test-kit';
import { solvedCaptcha } from '../../support/captcha';
import { demoPassword, places } from '../../support/demo';
import type { System } from '../../support/system';
import type { Chapter } from '../life';
import { LETTER, letterOf, NUMBER, PDF, PERSON, PETITION } from '../matter';
import { codeOf, download, type Office, ok } from '../office';

/** 信访提出: letters come, citizens register their accounts and submit. */
export const submission: Chapter = (stage) => {
  stage(
    'a letter and a letter in short are registered; a citizen registers after an identity check, an anonymous one without',
    async (life) => {
      const { office, events, secrets, system } = life;
      const letter = (
        await office.do(
          'pt-shanxi',
          `mutation ($input: RegisterLetterInput!) { registerLetter(input: $input) { id itemNo state firstInSystem } }`,
          { input: letterOf('2026-03-01') },
        )
      ).registerLetter;
      secrets.items.push(letter);
      secrets.words.push(LETTER.title, LETTER.content);
      expect(letter).toMatchObject({ state: 'REGISTERED', firstInSystem: true });
      await events.see('case.registered', letter.id);
      life.letter = letter;
      const simple = (
        await office.do(
          'pt-shanxi',
          `mutation { registerSimple(input: { kind: LITIGATION, name: "不详", address: "不详", letterCount: 3, handlingMode: ARCHIVE, destination: "存" }) { id } }`,
        )
      ).registerSimple;
      await events.see('simple-registration.registered', simple.id);
      secrets.words.push(simple.id);
      life.simpleRegistrationId = simple.id;

      const form = {
        username: 'life_citizen',
        anonymous: false,
        name: PERSON.name,
        idType: 'RESIDENT_ID',
        idNumber: NUMBER,
        householdAddress: PERSON.address,
        householdRegionCode: places.village,
        mobile: PERSON.mobile,
      };
      const before = await identityCalls(system);
      const wrong = await register(system, form, { id: (await solvedCaptcha(system)).id, text: 'zzzzz' });
      expect(codeOf(wrong)).toBe('CAPTCHA_WRONG');
      expect(
        await system.adminQuery('petitions', `SELECT FROM public_account WHERE username = 'life_citizen'`),
      ).toEqual([]);
      const refused = await withCaptcha(system, (captcha) =>
        register(system, { ...form, name: '不符某人' }, captcha),
      );
      expect(codeOf(refused)).toBe('IDENTITY_NOT_CONFIRMED');
      const key = randomUUID();
      ok(await withCaptcha(system, (captcha) => register(system, form, captcha, key)));
      const { calls, results } = await identityCalls(system);
      expect([calls - before.calls, results.NO_MATCH - before.results.NO_MATCH]).toEqual([3, 1]);
      ok(await register(system, form, await solvedCaptcha(system), key));
      expect((await identityCalls(system)).calls).toBe(calls);

      ok(
        await withCaptcha(system, (captcha) =>
          register(
            system,
            {
              username: 'life_anonymous',
              anonymous: true,
              mobile: '13900000062',
              mailingAddress: '示例信箱六十二号',
              mailingRegionCode: places.village,
            },
            captcha,
          ),
        ),
      );
      expect((await identityCalls(system)).calls).toBe(calls);
      for (const who of ['life_citizen', 'life_anonymous']) office.knowCitizen(who);
      const { myProfile } = await office.do(
        'life_citizen',
        '{ myProfile { name idNumber identityVerifiedAt } }',
      );
      expect(myProfile.identityVerifiedAt).toMatch(/^2026-03-02/);
      expect([myProfile.name, myProfile.idNumber]).not.toContain(NUMBER);
    },
    180_000,
  );

  stage(
    'the citizen submits with an attachment and downloads it again; an anonymous submission is withdrawn and sent anew',
    async (life) => {
      const { office, events, secrets } = life;
      const { startAttachmentUpload } = await office.do(
        'life_citizen',
        `mutation { startAttachmentUpload(fileName: "示例欠条.pdf", mime: "application/pdf", size: ${PDF.length}) { fileId uploadUrl } }`,
      );
      expect(startAttachmentUpload.uploadUrl).toContain('/files/petitions/uploads/');
      const uploaded = await fetch(startAttachmentUpload.uploadUrl, {
        method: 'PUT',
        body: new Uint8Array(PDF),
      });
      expect(uploaded.status).toBe(200);
      const answer = ok(
        await submit(office, 'life_citizen', { ...PETITION, fileIds: [startAttachmentUpload.fileId] }),
      );
      const { submission } = answer.submitPetition;
      const submissionId: string = submission.id;
      life.submissionId = submissionId;
      secrets.submissions.push(submissionId);
      expect(submission).toMatchObject({
        state: 'SUBMITTED',
        receiver: { id: office.organisation('pt-shanxi') },
      });
      await events.see('submission.created', submissionId);
      const [attachment] = await office.attachments('life_citizen', submissionId);
      expect(attachment).toMatchObject({ fileName: '示例欠条.pdf', size: PDF.length });
      expect(await download(attachment!.downloadUrl)).toEqual(PDF);
      expect((await fetch(`${attachment!.downloadUrl.slice(0, -3)}aaa`)).status).not.toBe(200);
      // What lies unopened is not read by staff.
      expect(await office.attachments('pt-shanxi', submissionId)).toEqual([]);

      const anonymous = { ...PETITION, title: '示例匿名反映一事', content: '示例匿名内容一份。' };
      secrets.words.push(anonymous.title, anonymous.content);
      const first = ok(await submit(office, 'life_anonymous', anonymous)).submitPetition.submission;
      const withdrawn = await office.do(
        'life_anonymous',
        `mutation ($id: ID!, $v: Int!) { withdrawPetition(id: $id, expectedVersion: $v) { state } }`,
        { id: first.id, v: first.version },
      );
      expect(withdrawn.withdrawPetition.state).toBe('WITHDRAWN');
      await events.see('submission.withdrawn', first.id);
      life.anonymousSubmissionId = ok(
        await submit(office, 'life_anonymous', anonymous),
      ).submitPetition.submission.id;
      secrets.submissions.push(first.id, life.anonymousSubmissionId);
    },
    120_000,
  );
};

/** Sends a mutation that a captcha protects. */
const withCaptcha = async (system: System, ask: (captcha: Json) => Promise<GraphAnswer>) =>
  ask(await solvedCaptcha(system));

const register = (system: System, input: Json, captcha: Json, key: string = randomUUID()) =>
  system.client().query(
    `mutation ($input: RegisterAccountInput!, $captcha: CaptchaInput, $key: ID!) {
       registerAccount(input: $input, captcha: $captcha, clientMutationKey: $key) { username } }`,
    { input: { password: demoPassword, termsAccepted: true, ...input }, captcha, key },
  );

/** A citizen submits a petition. */
export const submit = (office: Office, who: string, input: Json) =>
  withCaptcha(office.system, (captcha) =>
    office.ask(
      who,
      `mutation ($input: SubmitPetitionInput!, $captcha: CaptchaInput) {
         submitPetition(input: $input, captcha: $captcha) { submission { id state version receiver { id } } } }`,
      { input, captcha },
    ),
  );

const identityCalls = async (system: System) =>
  (await (await fetch(`${system.process('identity-check').origin}/calls`)).json()) as {
    calls: number;
    results: { MATCH: number; NO_MATCH: number };
  };

import { addDays, startOfDayInShanghai } from '@junxian/calendar';
import { citizenNumberCheckCharacter } from '@junxian/identity';
import { finishInterview, interviewsOf, saveInterview } from '../interviews/interviews.service';
import { saveLeaderReception } from '../interviews/leader-receptions.service';
import { registerLetter } from '../registration/letters.service';
import { openSubmission, registerOnline } from '../registration/online-registration.service';
import { printQueryCode } from '../registration/query-codes.service';
import type { RegistrationForm } from '../registration/registering.service';
import type { CoVisitorInput, PetitionerInput } from '../registration/registration.types';
import { registerVisit } from '../registration/visits.service';
import { storeSubmission, submissionById, withdrawSubmission } from '../submissions/submissions.service';
import { demoId } from './demo-directory';
import type { DemoCase } from './demo-plan.types';
import type { DemoActs, DemoScene } from './demo-stage';
import { about, demoName, places } from './demo-texts';

/** How items come in: submissions, registrations of every channel, talks and receptions. */
export const registrationActs: DemoActs<
  'SUBMIT' | 'WITHDRAW' | 'OPEN' | 'REGISTER' | 'PRINT_QUERY_CODE' | 'TALK' | 'LEADER_RECEIVES'
> = {
  SUBMIT: async ({ tx, of, held, actor, at }) => {
    const { title, content } = textsOf(of);
    const submission = await storeSubmission(
      tx,
      { accountId: actor.accountId, anonymous: of.anonymous ?? false },
      {
        title,
        content,
        problemRegionCode: places[of.place][0],
        problemAddress: `${places[of.place][1]}示例路${of.person + 1}号`,
      },
      at,
    );
    held.submissionId = submission.id;
  },
  WITHDRAW: async ({ tx, held, actor, at }) => {
    const { id, version } = (await submissionById(tx, held.submissionId!))!;
    await withdrawSubmission(tx, id, version, actor.accountId, at);
  },
  OPEN: async ({ tx, services, held, officer, at }) => {
    await openSubmission(tx, services.personal, held.submissionId!, officer, at);
  },
  REGISTER: async (scene) => {
    const { item } = await registered(scene);
    scene.held.itemId = item.id;
  },
  PRINT_QUERY_CODE: async ({ tx, services, held, officer, at }) => {
    await printQueryCode(tx, services.personal, held.itemId!, officer, at);
  },
  TALK: async (scene, { finish }) => {
    const { tx, held, officer, at } = scene;
    const [talk] = await interviewsOf(tx, [held.itemId!]);
    const content = '来访人陈述了反映的问题，接谈人告知了办理程序和期限，来访人表示理解。';
    const saved = await saveInterview(
      tx,
      { interviewId: talk!.id, expectedVersion: talk!.version, content },
      officer,
      at,
    );
    if (finish)
      await finishInterview(tx, { interviewId: saved.id, expectedVersion: saved.version }, officer, at);
  },
  LEADER_RECEIVES: async ({ tx, services, held, officer, at, today }) => {
    await saveLeaderReception(
      tx,
      services.attachments,
      {
        caseItemId: held.itemId!,
        leaderName: '示例领导',
        leaderPost: '分管副局长',
        receptionDate: today,
        place: '示例接访大厅一号室',
        content: '听取来访人诉求，现场与责任单位会商。',
        opinion: '请责任单位依法按期答复，信访局跟踪督促。',
      },
      officer,
      at,
    );
  },
};

function registered(scene: DemoScene) {
  const { tx, services, of, held, officer, today, clock } = scene;
  const parts = { personal: services.personal, regions: services.regions, clock };
  const form = formOf(scene);
  if (of.channel === 'ONLINE') {
    const { data } = form;
    // The two citizens petition about several matters; each time somebody has looked and found them different.
    const online = { data, duplicates: { kind: 'NEITHER' as const } };
    return registerOnline(tx, parts, { submissionId: held.submissionId!, form: online }, officer);
  }
  if (of.channel === 'VISIT') {
    return registerVisit(
      tx,
      { ...parts, attachments: services.attachments },
      {
        ...form,
        source: 'MANUAL',
        visitorCount: of.visitors ?? 1,
        coVisitors: coVisitorsOf(of),
        interviewerId: of.interviewer === undefined ? null : demoId('account', of.interviewer),
      },
      officer,
    );
  }
  const letter = {
    ...form,
    petitionDate: addDays(today, -2),
    // The post room's stamp of the day before.
    receivedAt: startOfDayInShanghai(addDays(today, -1)),
    addressee: '示例信访局',
  };
  return registerLetter(tx, parts, letter, officer, of.channel);
}

function formOf({ of, heldOf }: DemoScene): RegistrationForm {
  const { subject, repeats } = of;
  const [problemRegionCode, place] = places[of.place];
  const linked = repeats === undefined ? undefined : heldOf(repeats.key).itemId!;
  return {
    data: {
      ...textsOf(of),
      demand: subject.demand,
      problemRegionCode,
      problemAddress: `${place}示例路${of.person + 1}号`,
      purpose: subject.purpose,
      contentCategory: subject.category,
      litigationRelated: subject.category.startsWith('JUSTICE.COURTS'),
      confidential: of.confidential ?? false,
      urgent: of.urgent ?? false,
      threat: of.threat ?? false,
      affectedCount: of.affected ?? null,
      ...(of.accused === undefined
        ? {}
        : {
            accusedOrganisationId: demoId('organisation', of.accused),
            accusedPerson: '示例某某',
            accusedPost: '科员',
          }),
    },
    petitioner: of.anonymous || linked !== undefined ? {} : petitionerOf(of),
    anonymous: of.anonymous ?? false,
    duplicates: linked === undefined ? null : { kind: repeats!.kind, linkedItemId: linked },
  };
}

function textsOf({ subject, place }: DemoCase): { title: string; content: string } {
  const [, name] = places[place];
  return { title: about(subject.title, name), content: about(subject.content, name) };
}

/** A made-up person: every second one shows a document, whose number is of a region that does not exist. */
function petitionerOf({ person, place }: DemoCase): PetitionerInput {
  const [regionCode, name] = places[place];
  const two = (number: number) => String(number).padStart(2, '0');
  const first17 = `999999${1950 + (person % 50)}${two(1 + (person % 12))}${two(1 + (person % 28))}${String(person).padStart(3, '0')}`;
  return {
    name: demoName(person),
    ...(person % 2 === 0
      ? { idType: 'RESIDENT_ID', idNumber: first17 + citizenNumberCheckCharacter(first17) }
      : { sex: person % 4 === 1 ? 'FEMALE' : 'MALE' }),
    householdAddress: `${name}示例街道示例${person + 1}号`,
    householdRegionCode: regionCode,
    ...(person % 3 === 0 ? {} : { mobile: `1390001${String(person).padStart(4, '0')}` }),
  };
}

function coVisitorsOf({ coVisitors = 0, person }: DemoCase): CoVisitorInput[] {
  return Array.from({ length: coVisitors }, (_, index) => ({
    name: `示例随访${person}号${index + 1}`,
    sex: index % 2 === 0 ? 'MALE' : 'FEMALE',
    source: 'MANUAL',
    representative: index === 0,
  }));
}

import { handling } from './demo-handling-cases.rules';
import {
  answered,
  assigned,
  by,
  downToCounty,
  evaluated,
  online,
  PROMPT,
  reviewAccepted,
  reviewAssigned,
  reviewed,
  toUnit,
} from './demo-lives.rules';
import type { DemoCase, DemoStep } from './demo-plan.types';
import { COUNTY_ANSWER, IN_UNIT, item, type Planned, type Shown } from './demo-shown-item.rules';
import { accusation, demoSubjects } from './demo-texts';

const CITIZENS_WAY = [...online('citizen', PROMPT), ...downToCounty(PROMPT)];

/** One item for each thing there is to show: states, outcomes, stages of a review, warnings, lists. */
export function showcase(): DemoCase[] {
  return [...handling(), ...submissions(), ...reviews(), ...warned(), ...protectedItems(), ...visits()].map(
    (shown, person) => ({ ...shown, person, subject: shown.subject ?? demoSubjects[person % 15]! }),
  );
}

function submissions(): Planned[] {
  const shown: Shown = { channel: 'ONLINE' };
  const answer = [
    ...toUnit('pt-yunzhou', 'pt-yunzhou-unit', PROMPT),
    ...answered('pt-yunzhou-unit', 'pt-yunzhou-leader', PROMPT),
  ];
  return [
    item('unopened', 1, [[0, 'citizen', { do: 'SUBMIT' }]], shown),
    item('unopened-anonymous', 2, [[0, 'anonymous', { do: 'SUBMIT' }]], { ...shown, anonymous: true }),
    item(
      'withdrawn',
      5,
      [
        [0, 'citizen', { do: 'SUBMIT' }],
        [0, 'citizen', { do: 'WITHDRAW' }],
      ],
      shown,
    ),
    item('opened', 3, online('citizen', PROMPT).slice(0, -1), shown),
    item('online-registered', 4, online('citizen', PROMPT), shown),
    item('online-forwarded', 8, CITIZENS_WAY, shown),
    item(
      'online-evaluated',
      29,
      [...CITIZENS_WAY, ...answer, ...evaluated('citizen', 'BASICALLY_SATISFIED')],
      {
        ...shown,
        subject: demoSubjects[0]!,
      },
    ),
    item(
      'online-twice',
      44,
      [...CITIZENS_WAY, ...answer, ...evaluated('citizen', 'DISSATISFIED', 'BASICALLY_SATISFIED')],
      {
        ...shown,
        subject: demoSubjects[4]!,
      },
    ),
    item('online-to-evaluate', 27, [...CITIZENS_WAY, ...answer], { ...shown, subject: demoSubjects[7]! }),
    item('online-anonymous', 11, [...online('anonymous', PROMPT), ...downToCounty(PROMPT)], {
      ...shown,
      anonymous: true,
    }),
    item('online-anonymous-reply', 16, [...online('anonymous', PROMPT), [2, 'pt-shanxi', { do: 'REPLY' }]], {
      ...shown,
      anonymous: true,
      place: 'xiaodian',
    }),
  ];
}

function reviews(): Planned[] {
  const [clerk, leader] = ['pt-datong-review', 'pt-datong-leader'] as const;
  const supplement: DemoStep[] = [
    ...reviewAssigned('REVIEW'),
    [1, clerk, { do: 'DRAFT_PAPER', kind: 'SUPPLEMENT_LIST', leader }],
    [0, leader, { do: 'APPROVE_PAPER' }],
    [0, clerk, { do: 'ASK_SUPPLEMENT' }],
  ];
  const rejected: DemoStep[] = [
    ...reviewAssigned('REVIEW'),
    [1, clerk, { do: 'DRAFT_PAPER', kind: 'ACCEPTANCE_FORM', leader, reject: true }],
    [0, leader, { do: 'APPROVE_PAPER' }],
    [0, clerk, { do: 'REJECT_REVIEW' }],
  ];
  const suspended: DemoStep[] = [
    ...reviewAccepted('REVIEW'),
    [2, clerk, { do: 'SUSPEND' }],
    [1, leader, { do: 'APPROVE_SUSPENSION' }],
  ];
  const advised: DemoStep[] = [
    ...reviewAccepted('REVIEW'),
    [1, clerk, { do: 'INVITE_LAWYER' }],
    [1, 'pt-datong-lawyer', { do: 'ADVISE_AS_LAWYER' }],
  ];
  const upheld = reviewed('REVIEW', 'UPHOLD');
  const twice = [...upheld, ...reviewed('RE_REVIEW', 'UPHOLD')];
  return [
    item('review-registered', 28, [...COUNTY_ANSWER, ...reviewAssigned('REVIEW', 10).slice(0, -1)]),
    item('review-assigned', 29, [...COUNTY_ANSWER, ...reviewAssigned('REVIEW', 10)]),
    item('review-supplementing', 31, [...COUNTY_ANSWER, ...supplement]),
    item('review-rejected', 33, [...COUNTY_ANSWER, ...rejected]),
    item('review-paper-in-approval', 31, [...COUNTY_ANSWER, ...reviewAccepted('REVIEW').slice(0, -2)]),
    item('review-defence', 35, [...COUNTY_ANSWER, ...upheld.slice(0, -7)]),
    item('review-advised', 34, [...COUNTY_ANSWER, ...advised]),
    item('review-invited', 32, [...COUNTY_ANSWER, ...advised.slice(0, -1)]),
    item('review-examined', 40, [...COUNTY_ANSWER, ...upheld.slice(0, -5)]),
    item('review-opinion', 42, [...COUNTY_ANSWER, ...upheld.slice(0, -3)]),
    item('review-signed', 44, [...COUNTY_ANSWER, ...upheld.slice(0, -2)]),
    item('review-suspended', 38, [...COUNTY_ANSWER, ...suspended]),
    item('reviewed', 50, [...COUNTY_ANSWER, ...upheld]),
    item('reopened', 55, [...COUNTY_ANSWER, ...reviewed('REVIEW', 'REVOKE_REHANDLE')]),
    item('re-review', 62, [...COUNTY_ANSWER, ...upheld, ...reviewed('RE_REVIEW', 'UPHOLD').slice(0, 6)]),
    item('final', 90, [...COUNTY_ANSWER, ...twice], { subject: demoSubjects[3]! }),
    item('exhausted', 9, [...by('pt-yunzhou'), [2, 'pt-yunzhou', { do: 'DECLINE_AS_EXHAUSTED' }]], {
      repeats: { key: 'final', kind: 'SAME_MATTER' },
    }),
  ];
}

function warned(): Planned[] {
  const accepted: DemoStep[] = [
    ...IN_UNIT,
    [1, 'pt-yunzhou-unit', { do: 'ACCEPT' }],
    [1, 'pt-yunzhou-unit', { do: 'HANDLE_SELF' }],
  ];
  const remind = (kind: 'ACCEPT' | 'HANDLE', after: number): DemoStep => [
    after,
    'pt-datong-leader',
    { do: 'REMIND', target: 'pt-yunzhou-unit', kind, reason: 'LATE_WITHOUT_CAUSE' },
  ];
  return [
    item('route-yellow', 13, by('pt-shanxi'), { place: 'yanhu' }),
    item('route-red', 22, by('pt-shanxi'), { place: 'lishi' }),
    item('county-route-yellow', 12, by('pt-yunzhou')),
    item('accept-yellow', 15, IN_UNIT),
    item('accept-red', 25, [...IN_UNIT, remind('ACCEPT', 19)]),
    item('handle-yellow', 60, accepted),
    item('handle-red', 72, [
      ...accepted,
      remind('HANDLE', 63),
      [2, 'pt-yunzhou-unit', { do: 'ANSWER_REMINDER' }],
    ]),
    item('result-yellow', 20, [...by('pt-datong'), ...assigned(20, null, { ...PROMPT, handle: 80 })]),
    item('result-red', 30, [
      ...by('pt-datong'),
      ...assigned(20, null, { ...PROMPT, handle: 80 }).slice(0, -1),
      [23, 'pt-datong-leader', { do: 'REMIND', target: 'pt-yunzhou', kind: 'RESULT', reason: 'NO_RESULT' }],
    ]),
    item('submission-red', 18, [[0, 'anonymous', { do: 'SUBMIT' }]], { channel: 'ONLINE', anonymous: true }),
  ];
}

function protectedItems(): Planned[] {
  return [
    item(
      'accusation',
      10,
      [
        ...by('pt-shanxi'),
        [2, 'pt-shanxi', { do: 'FORWARD', to: 'pt-datong' }],
        [1, 'pt-datong', { do: 'TAKE' }],
      ],
      {
        subject: accusation,
        accused: 'pt-yunzhou-unit',
      },
    ),
    item('anonymous-letter', 8, IN_UNIT, { anonymous: true }),
    item('confidential', 9, IN_UNIT, { confidential: true }),
  ];
}

function visits(): Planned[] {
  const visit: Shown = { channel: 'VISIT' };
  return [
    item(
      'collective-visit',
      7,
      [
        ...by('pt-shanxi'),
        [0, 'pt-shanxi', { do: 'TALK', finish: true }],
        [2, 'pt-shanxi', { do: 'LEADER_RECEIVES' }],
        [1, 'pt-shanxi', { do: 'FORWARD', to: 'pt-datong' }],
      ],
      {
        ...visit,
        visitors: 8,
        coVisitors: 4,
        interviewer: 'pt-shanxi',
        affected: 60,
      },
    ),
    item('visit-in-talk', 2, [...by('pt-shanxi'), [0, 'pt-shanxi', { do: 'TALK', finish: false }]], {
      ...visit,
      visitors: 2,
      coVisitors: 1,
      interviewer: 'pt-shanxi',
    }),
    item('visit-to-talk', 1, by('pt-yunzhou'), { ...visit, visitors: 1, interviewer: 'pt-yunzhou' }),
    item(
      'city-visit',
      6,
      [
        ...by('pt-datong'),
        [1, 'pt-datong', { do: 'TALK', finish: true }],
        [1, 'pt-datong', { do: 'LEADER_RECEIVES' }],
        [1, 'pt-datong', { do: 'REPLY' }],
      ],
      {
        ...visit,
        visitors: 3,
        coVisitors: 2,
        interviewer: 'pt-datong',
        place: 'datong',
      },
    ),
    item('threatening-visit', 5, IN_UNIT, { ...visit, visitors: 1, threat: true, urgent: true }),
  ];
}

import { answered, assigned, by, evaluated, PROMPT, toUnit } from './demo-lives.rules';
import { IN_UNIT, item, type Planned, UNIT_ANSWER } from './demo-shown-item.rules';
import { demoSubjects } from './demo-texts';

/** Items at every place of handling, and with every outcome. */
export function handling(): Planned[] {
  return [
    item('registered', 2, by('pt-shanxi')),
    item('unit-inbox', 4, IN_UNIT.slice(0, -1)),
    item('todo', 5, IN_UNIT),
    item('yungang-todo', 3, by('pt-yungang'), { place: 'yungang' }),
    item('yungang-unit-todo', 6, [...by('pt-yungang'), ...toUnit('pt-yungang', 'pt-yungang-unit', PROMPT)], {
      place: 'yungang',
    }),
    item('township-todo', 5, [...by('pt-yunzhou'), ...toUnit('pt-yunzhou', 'pt-xiping', PROMPT)], {
      place: 'xiping',
    }),
    item('city-inbox', 3, [...by('pt-shanxi'), [1, 'pt-shanxi', { do: 'FORWARD', to: 'pt-datong' }]]),
    item(
      'in-approval',
      6,
      [...by('pt-datong'), [2, 'pt-datong', { do: 'ASK_LEADER', leader: 'pt-datong-leader' }]],
      {
        place: 'datong',
      },
    ),
    item('county-in-approval', 6, [
      ...by('pt-yunzhou'),
      [2, 'pt-yunzhou', { do: 'ASK_LEADER', leader: 'pt-yunzhou-head' }],
    ]),
    item(
      'leader-decided',
      9,
      [
        ...by('pt-shanxi'),
        [1, 'pt-shanxi', { do: 'ASK_LEADER', leader: 'pt-shanxi-leader' }],
        [2, 'pt-shanxi-leader', { do: 'LEADER_DECIDES', decision: 'AMEND' }],
      ],
      { place: 'xiaodian' },
    ),
    item('return-pending', 4, [...IN_UNIT, [0, 'pt-yunzhou-unit', { do: 'RETURN' }]]),
    item('return-pending-city', 4, [
      ...by('pt-datong'),
      [1, 'pt-datong', { do: 'FORWARD', to: 'pt-yunzhou' }],
      [1, 'pt-yunzhou', { do: 'RETURN' }],
    ]),
    item('returned', 12, [
      ...IN_UNIT,
      [1, 'pt-yunzhou-unit', { do: 'RETURN' }],
      [1, 'pt-yunzhou', { do: 'DECIDE_RETURN', confirm: true }],
    ]),
    item('awaiting-result', 15, [...by('pt-datong'), ...assigned(40, null, { ...PROMPT, handle: 60 })]),
    item('province-awaits', 14, [
      ...by('pt-shanxi'),
      [1, 'pt-shanxi', { do: 'ASSIGN', to: 'pt-datong', resultInDays: 30 }],
      [1, 'pt-datong', { do: 'TAKE' }],
    ]),
    item('report-to-review', 20, [...by('pt-datong'), ...assigned(30, null, { ...PROMPT, handle: 8 }, true)]),
    item('report-drafted', 19, [
      ...by('pt-datong'),
      ...assigned(30, null, PROMPT).slice(0, -1),
      [9, 'pt-yunzhou', { do: 'DRAFT_REPORT' }],
    ]),
    item('report-approved', 25, [...by('pt-datong'), ...assigned(30, true, { ...PROMPT, handle: 8 }, true)]),
    item('report-sent-back', 26, [...by('pt-datong'), ...assigned(30, false, { ...PROMPT, handle: 8 })]),
    item('accepted', 8, [...IN_UNIT, [1, 'pt-yunzhou-unit', { do: 'ACCEPT' }]]),
    item('self-handling', 10, [
      ...IN_UNIT,
      [1, 'pt-yunzhou-unit', { do: 'ACCEPT' }],
      [1, 'pt-yunzhou-unit', { do: 'HANDLE_SELF' }],
    ]),
    item('extended', 40, [
      ...IN_UNIT,
      [1, 'pt-yunzhou-unit', { do: 'ACCEPT' }],
      [1, 'pt-yunzhou-unit', { do: 'HANDLE_SELF' }],
      [20, 'pt-yunzhou-leader', { do: 'EXTEND', days: 20 }],
    ]),
    item('opinion-in-approval', 20, UNIT_ANSWER.slice(0, -2)),
    item(
      'city-opinion-in-approval',
      22,
      [...by('pt-datong'), ...answered('pt-datong', 'pt-datong-leader', PROMPT).slice(0, -2)],
      {
        place: 'datong',
      },
    ),
    item('opinion-signed', 19, UNIT_ANSWER.slice(0, -1)),
    item('replied', 28, UNIT_ANSWER, { subject: demoSubjects[0]! }),
    item(
      'replied-published',
      34,
      [
        ...UNIT_ANSWER,
        ...evaluated('petitioner', 'SATISFIED'),
        [1, 'pt-shanxi', { do: 'WRITE_CASE', publish: true }],
      ],
      {
        subject: demoSubjects[1]!,
        place: 'xiping',
      },
    ),
    item('evaluated-twice', 36, [...UNIT_ANSWER, ...evaluated('petitioner', 'DISSATISFIED', 'SATISFIED')], {
      subject: demoSubjects[4]!,
    }),
    item('lapsed', 75, UNIT_ANSWER, { subject: demoSubjects[8]! }),
    item(
      'direct-reply',
      9,
      [
        ...by('pt-shanxi'),
        [1, 'pt-shanxi', { do: 'PRINT_QUERY_CODE' }],
        [1, 'pt-shanxi', { do: 'REPLY' }],
        ...evaluated('petitioner', 'BASICALLY_SATISFIED'),
        [1, 'pt-shanxi', { do: 'WRITE_CASE', publish: true }],
      ],
      {
        subject: demoSubjects[11]!,
        place: 'yaodu',
        channel: 'PHONE',
      },
    ),
    item(
      'case-drafted',
      11,
      [
        ...by('pt-shanxi'),
        [1, 'pt-shanxi', { do: 'REPLY' }],
        [2, 'pt-shanxi', { do: 'WRITE_CASE', publish: false }],
      ],
      {
        subject: demoSubjects[10]!,
        place: 'luzhou',
      },
    ),
    item('archived', 7, [...by('pt-datong'), [1, 'pt-datong', { do: 'ARCHIVE' }]], { place: 'datong' }),
    item('not-accepted', 13, [...by('pt-yungang'), [3, 'pt-yungang', { do: 'DECLINE' }]], {
      place: 'yungang',
      subject: demoSubjects.at(-1)!,
    }),
    item('same-person', 6, by('pt-yunzhou'), { repeats: { key: 'replied', kind: 'SAME_PERSON' } }),
    item('same-matter', 5, by('pt-yunzhou'), { repeats: { key: 'extended', kind: 'SAME_MATTER' } }),
  ];
}

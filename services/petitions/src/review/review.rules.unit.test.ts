import { checkAuthority, nextHigherOrgan, type OrganOfHierarchy } from './authority.rules';
import { checkDraft, checkFiled, DOCUMENT_TRANSITIONS, documentAfter } from './documents.rules';
import { checkReviewable, type EarlierReview, stateBeforeLapse, staysLapsed } from './registration.rules';
import type { ReviewDocument, ReviewDocumentState } from './review.types';
import { clockAfterPauses, hearingPause, pausedDays } from './review-clock.rules';
import { checkAnswer, checkExamined, checkHandlerStep, type FileOfReview } from './steps.rules';

const refusal = (code: string, more: object = {}) => expect.objectContaining({ code, ...more });

describe('the days that do not count', () => {
  it.each([
    ['none', [], 0],
    ['a suspension of ten days', [['2026-06-10', '2026-06-20']], 10],
    ['one that ended on its day', [['2026-06-10', '2026-06-10']], 0],
    ['one that still runs', [['2026-06-10', null]], 0],
    [
      'two, one after the other',
      [
        ['2026-06-20', '2026-06-25'],
        ['2026-06-10', '2026-06-15'],
      ],
      10,
    ],
    [
      'a day in two of them once',
      [
        ['2026-06-10', '2026-06-20'],
        ['2026-06-15', '2026-06-22'],
      ],
      12,
    ],
    [
      'one inside another',
      [
        ['2026-06-10', '2026-06-20'],
        ['2026-06-12', '2026-06-13'],
      ],
      10,
    ],
    ['across a month', [['2026-02-27', '2026-03-02']], 3],
  ] as [string, [string, string | null][], number][])('%s', (_title, pauses, days) => {
    expect(pausedDays(pauses.map(([fromOn, untilOn]) => ({ fromOn, untilOn })))).toBe(days);
  });

  it('move the last day by what is new, never anew', () => {
    const first = clockAfterPauses({ dueOn: '2026-07-01', pausedDays: 0 }, [
      { fromOn: '2026-06-10', untilOn: '2026-06-20' },
    ]);
    expect(first).toEqual({ dueOn: '2026-07-11', pausedDays: 10 });
    const hearing = { fromOn: '2026-06-22', untilOn: '2026-06-23' };
    const second = clockAfterPauses(first, [{ fromOn: '2026-06-10', untilOn: '2026-06-20' }, hearing]);
    expect(second).toEqual({ dueOn: '2026-07-12', pausedDays: 11 });
    expect(clockAfterPauses(second, [{ fromOn: '2026-06-10', untilOn: '2026-06-20' }, hearing])).toEqual(
      second,
    );
  });

  it('of a hearing include its last', () => {
    expect(hearingPause('2026-06-08', '2026-06-09')).toEqual({ fromOn: '2026-06-08', untilOn: '2026-06-10' });
    expect(pausedDays([hearingPause('2026-06-08', '2026-06-08')])).toBe(1);
  });
});

describe('the authority', () => {
  const organ = (id: string, removed = false): OrganOfHierarchy => ({
    id,
    regionCode: '370102000000',
    superiorId: null,
    removed,
  });
  const unit = organ('unit');
  it.each([
    ['the superior first', organ('superior'), [organ('bureau')], 'superior'],
    ['a removed superior does not count', organ('superior', true), [organ('bureau')], 'bureau'],
    ['nobody is above itself', organ('unit'), [organ('unit'), organ('bureau')], 'bureau'],
    ['the nearest bureau', null, [organ('near'), organ('far')], 'near'],
    ['a removed bureau does not count', null, [organ('near', true), organ('far')], 'far'],
    ['none', null, [], null],
  ] as [string, OrganOfHierarchy | null, OrganOfHierarchy[], string | null][])(
    '%s',
    (_title, superior, bureausAbove, id) => {
      expect(nextHigherOrgan(unit, { superior, bureausAbove })?.id ?? null).toBe(id);
    },
  );

  it('is that organ alone', () => {
    expect(() => checkAuthority('a', organ('a'))).not.toThrow();
    expect(() => checkAuthority('b', organ('a'))).toThrow(
      refusal('AUTHORITY_MISMATCH', { details: { authorityOrganisationId: 'a' } }),
    );
    expect(() => checkAuthority('b', null)).toThrow(refusal('NO_HIGHER_AUTHORITY'));
  });
});

describe('what can be reviewed', () => {
  it.each([
    ['REVIEW', 'COMPLETED', 'REPLIED', null],
    ['RE_REVIEW', 'REVIEWED', 'REPLIED', null],
    ['REVIEW', 'REVIEWED', 'REPLIED', 'NOT_REVIEWABLE'],
    ['RE_REVIEW', 'COMPLETED', 'REPLIED', 'NOT_REVIEWABLE'],
    ['REVIEW', 'COMPLETED', 'DIRECT_REPLY', 'NOT_REVIEWABLE'],
    ['REVIEW', 'COMPLETED', 'NOT_ACCEPTED', 'NOT_REVIEWABLE'],
    ['REVIEW', 'ACCEPTED', null, 'NOT_REVIEWABLE'],
    ['REVIEW', 'UNDER_REVIEW', 'REPLIED', 'NOT_REVIEWABLE'],
    ['RE_REVIEW', 'FINAL', 'REPLIED', 'NOT_REVIEWABLE'],
  ] as const)('%s of an item %s/%s: %s', (level, state, outcome, code) => {
    const check = () => checkReviewable(level, { state, outcome });
    if (code === null) expect(check).not.toThrow();
    else expect(check).toThrow(refusal(code));
  });
});

describe('a lapsed item', () => {
  const earlier = (changes: Partial<EarlierReview>): EarlierReview => ({
    level: 'REVIEW',
    state: 'CLOSED',
    handlingOpinionId: 'present',
    endedAt: new Date('2026-06-03T17:00:00Z'),
    ...changes,
  });

  it.each([
    ['no review', [], 'COMPLETED'],
    ['its review closed', [earlier({})], 'REVIEWED'],
    ['a review of an opinion revoked since', [earlier({ handlingOpinionId: 'revoked' })], 'COMPLETED'],
    ['an application rejected', [earlier({ state: 'NOT_ACCEPTED' })], 'COMPLETED'],
  ] as [string, EarlierReview[], string][])('stood, with %s, as %s', (_, reviews, state) => {
    expect(stateBeforeLapse('present', reviews)).toBe(state);
  });

  // Rejected on 06-04 of Shanghai.
  const rejected = earlier({ state: 'NOT_ACCEPTED' });
  it.each([
    ['on the last day', '2026-06-05', [], false],
    ['on the day after', '2026-06-06', [], true],
    ['before a rejection', '2026-06-03', [rejected], true],
    ['on the day of a rejection', '2026-06-04', [rejected], false],
    ['after a rejection', '2026-06-05', [rejected], false],
    ['before a rejection of the other level', '2026-06-03', [{ ...rejected, level: 'RE_REVIEW' }], false],
    ['before one of a revoked opinion', '2026-06-03', [{ ...rejected, handlingOpinionId: 'revoked' }], false],
  ] as [string, string, EarlierReview[], boolean][])(
    'applied for %s (%s)',
    (_, applicationDate, reviews, stays) => {
      const application = { level: 'REVIEW', applicationDate } as const;
      expect(staysLapsed(application, { appealDueOn: '2026-06-05' }, 'present', reviews)).toBe(stays);
    },
  );
});

describe('a document', () => {
  const STATES: ReviewDocumentState[] = ['DRAFT', 'IN_APPROVAL', 'APPROVED', 'REJECTED', 'FILED'];
  const ALLOWED: Record<
    keyof typeof DOCUMENT_TRANSITIONS,
    Partial<Record<ReviewDocumentState, ReviewDocumentState>>
  > = {
    REVISE: { DRAFT: 'DRAFT', REJECTED: 'DRAFT' },
    SUBMIT: { DRAFT: 'IN_APPROVAL' },
    APPROVE: { IN_APPROVAL: 'APPROVED' },
    REJECT: { IN_APPROVAL: 'REJECTED' },
    FILE: { APPROVED: 'FILED' },
  };
  it.each(Object.keys(DOCUMENT_TRANSITIONS) as (keyof typeof DOCUMENT_TRANSITIONS)[])('%s', (action) => {
    for (const state of STATES) {
      const next = ALLOWED[action][state];
      if (next === undefined) expect(() => documentAfter(action, state)).toThrow(refusal('DOCUMENT_STATE'));
      else expect(documentAfter(action, state)).toBe(next);
    }
  });

  it('has a text, and a form of acceptance what it decides', () => {
    expect(() => checkDraft({ kind: 'ACCEPTANCE_FORM', body: ' ' })).toThrow(
      refusal('FIELD_REQUIRED', {
        faults: [
          refusal('FIELD_REQUIRED', { field: 'body' }),
          refusal('FIELD_REQUIRED', { field: 'acceptanceForm' }),
        ],
      }),
    );
    expect(() => checkDraft({ kind: 'OTHER', body: '字'.repeat(10_001) })).toThrow(refusal('INVALID_INPUT'));
    expect(checkDraft({ kind: 'OTHER', body: ' 文 ', acceptanceForm: 'ACCEPT' })).toEqual({
      body: '文',
      acceptanceForm: null,
    });
  });

  it('carries a step when it is filed, of the review and of the kind', () => {
    const document = {
      reviewCaseId: 'r',
      kind: 'ACCEPTANCE_FORM',
      state: 'FILED',
      acceptanceForm: 'ACCEPT',
    } as ReviewDocument;
    const expected = { reviewCaseId: 'r', kind: 'ACCEPTANCE_FORM', acceptanceForm: 'ACCEPT' } as const;
    expect(() => checkFiled(document, expected)).not.toThrow();
    for (const wrong of [
      undefined,
      { ...document, reviewCaseId: 's' },
      { ...document, state: 'APPROVED' },
      { ...document, kind: 'OTHER' },
      { ...document, acceptanceForm: 'REJECT' },
    ])
      expect(() => checkFiled(wrong as ReviewDocument | undefined, expected)).toThrow(
        refusal('DOCUMENT_NOT_FILED'),
      );
  });
});

describe('a step of the handler', () => {
  const file = (steps: FileOfReview['steps'] = []): FileOfReview => ({
    review: { receivedOn: '2026-06-01' },
    steps,
    today: '2026-06-20',
  });
  const defence = (state: 'OPEN' | 'DONE', dueOn: string) => [{ kind: 'DEFENCE', state, dueOn }] as const;
  const text = { content: '示例' };

  it.each([
    ['no notice sent', [], 'DEFENCE_OUTSTANDING'],
    ['still time', defence('OPEN', '2026-06-20'), 'DEFENCE_OUTSTANDING'],
    ['overdue', defence('OPEN', '2026-06-19'), null],
    ['answered', defence('DONE', '2026-06-30'), null],
  ] as [string, FileOfReview['steps'], string | null][])('written examination: %s', (_title, steps, code) => {
    const check = () => checkHandlerStep('WRITTEN_EXAMINATION', text, file(steps));
    if (code === null) expect(check()).toEqual(text);
    else expect(check).toThrow(refusal(code));
  });

  it('notifies once', () => {
    expect(checkHandlerStep('DEFENCE_NOTICE', {}, file())).toEqual({});
    expect(() => checkHandlerStep('DEFENCE_NOTICE', {}, file(defence('OPEN', '2026-06-30')))).toThrow(
      refusal('DEFENCE_NOTICE_SENT'),
    );
  });

  it('investigates with two different people', () => {
    for (const participants of [null, [], ['甲'], ['甲', ' 甲 '], ['甲', ' ']])
      expect(() => checkHandlerStep('INVESTIGATION', { ...text, participants }, file())).toThrow(
        refusal('TOO_FEW_PARTICIPANTS'),
      );
    expect(checkHandlerStep('INVESTIGATION', { ...text, participants: ['甲', '乙 '] }, file())).toEqual({
      ...text,
      participants: ['甲', '乙'],
    });
  });

  it('hears on days between receipt and today, with host, participants and minutes', () => {
    const hearing = { ...text, host: '丙', participants: ['甲'], heldOn: '2026-06-08' };
    expect(checkHandlerStep('HEARING', hearing, file())).toEqual({ ...hearing, endedOn: '2026-06-08' });
    expect(() => checkHandlerStep('HEARING', {}, file())).toThrow(
      refusal('FIELD_REQUIRED', {
        faults: [
          refusal('FIELD_REQUIRED', { field: 'content' }),
          refusal('FIELD_REQUIRED', { field: 'heldOn' }),
          refusal('FIELD_REQUIRED', { field: 'host' }),
          refusal('TOO_FEW_PARTICIPANTS'),
        ],
      }),
    );
    for (const days of [
      { heldOn: '2026-05-31' },
      { heldOn: '2026-06-21' },
      { endedOn: '2026-06-07' },
      { endedOn: '2026-06-21' },
    ])
      expect(() => checkHandlerStep('HEARING', { ...hearing, ...days }, file())).toThrow(
        refusal('INVALID_INPUT', { field: 'heldOn' }),
      );
  });

  it('mediates with the consent of both', () => {
    const both = { ...text, applicantConsents: true, respondentConsents: true };
    expect(checkHandlerStep('MEDIATION', { ...both, agreed: false }, file())).toEqual({
      ...text,
      agreed: false,
    });
    expect(() =>
      checkHandlerStep('MEDIATION', { ...both, applicantConsents: false, agreed: true }, file()),
    ).toThrow(refusal('CONSENT_REQUIRED'));
    expect(() => checkHandlerStep('MEDIATION', both, file())).toThrow(
      refusal('FIELD_REQUIRED', { field: 'agreed' }),
    );
  });

  it('asks somebody something', () => {
    expect(() => checkHandlerStep('CONSULTATION', text, file())).toThrow(
      refusal('FIELD_REQUIRED', { field: 'organisationId' }),
    );
    for (const kind of ['LAWYER_INVITATION', 'EXPERT_INVITATION'] as const) {
      expect(() => checkHandlerStep(kind, { ...text, organisationId: 'o' }, file())).toThrow(
        refusal('FIELD_REQUIRED', { field: 'accountId' }),
      );
      expect(checkHandlerStep(kind, { ...text, organisationId: 'o', accountId: 'a' }, file())).toEqual(text);
    }
  });

  it('examines before an opinion is drafted', () => {
    expect(() => checkExamined({ steps: [] })).toThrow(refusal('WRITTEN_EXAMINATION_REQUIRED'));
    expect(() =>
      checkExamined({ steps: [{ kind: 'WRITTEN_EXAMINATION', state: 'DONE', dueOn: null }] }),
    ).not.toThrow();
  });

  it('is answered with a text, a defence with evidence too', () => {
    expect(checkAnswer('LAWYER_EXAMINATION', { content: ' 意见 ', evidence: 'x' })).toEqual({
      content: '意见',
      evidence: null,
    });
    expect(() => checkAnswer('DEFENCE', { content: '答辩' })).toThrow(
      refusal('FIELD_REQUIRED', { field: 'evidence' }),
    );
    expect(() => checkAnswer('EXPERT_REVIEW', {})).toThrow(refusal('FIELD_REQUIRED', { field: 'content' }));
  });
});

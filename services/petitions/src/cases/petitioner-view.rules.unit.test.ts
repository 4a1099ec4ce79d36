import {
  accusedView,
  type ItemOfIdentity,
  identityView,
  isProtected,
  type Viewer,
} from './petitioner-view.rules';

const item = (changes: Partial<ItemOfIdentity> = {}): ItemOfIdentity => ({
  purpose: 'SEEK_SOLUTION',
  confidential: false,
  needToKnow: false,
  anonymous: false,
  accountId: 'petitioner',
  organisationId: 'registering',
  custodianOrganisationId: 'holding',
  responsibleOrganisationId: null,
  accusedOrganisationId: null,
  accusedAccountId: null,
  ...changes,
});
const officer = (organisationId: string, role = 'HANDLER'): Viewer => ({
  kind: 'OFFICER',
  accountId: `somebody of ${organisationId}`,
  organisationId,
  roles: [`petitions:${role}`],
});
const citizen = (accountId: string): Viewer => ({
  kind: 'CITIZEN',
  accountId,
  organisationId: null,
  roles: ['public:CITIZEN'],
});
const accusation = { purpose: 'ACCUSATION', accusedOrganisationId: 'accused' } as const;

describe('who sees the petitioner (section 6)', () => {
  it.each<[string, Partial<ItemOfIdentity>, Viewer, string]>([
    ['ordinary: who registered', {}, officer('registering'), 'FULL'],
    ['ordinary: who holds it', {}, officer('holding'), 'FULL'],
    ['ordinary: the responsible unit', { responsibleOrganisationId: 'unit' }, officer('unit'), 'FULL'],
    ['ordinary: who held it once', {}, officer('between'), 'PARTIAL'],
    ['ordinary: a supervisor', {}, officer('registering', 'SUPERVISOR'), 'PARTIAL'],
    ['ordinary: a statistician', {}, officer('holding', 'STATISTICIAN'), 'PARTIAL'],
    ['ordinary: the petitioner', {}, citizen('petitioner'), 'FULL'],
    ['ordinary: another citizen', {}, citizen('other'), 'NONE'],
    ['ordinary: nobody', {}, { kind: 'ANONYMOUS', accountId: null, organisationId: null, roles: [] }, 'NONE'],
    ['accusation: the holder', accusation, officer('holding'), 'FULL'],
    ['accusation: who registered and passed it on', accusation, officer('registering'), 'NONE'],
    ['accusation: a supervisor', accusation, officer('holding', 'SUPERVISOR'), 'NONE'],
    [
      'accusation: the responsible unit that holds it',
      { ...accusation, responsibleOrganisationId: 'holding' },
      officer('holding'),
      'NONE',
    ],
    [
      'accusation: that unit, with need to know',
      { ...accusation, responsibleOrganisationId: 'holding', needToKnow: true },
      officer('holding'),
      'FULL',
    ],
    ['accusation: the accused unit', accusation, officer('accused'), 'NONE'],
    [
      'accusation: the accused person',
      { ...accusation, accusedAccountId: 'somebody of holding' },
      officer('holding'),
      'NONE',
    ],
    ['confidential: the holder', { confidential: true }, officer('holding'), 'FULL'],
    ['confidential: who registered', { confidential: true }, officer('registering'), 'NONE'],
    ['anonymous: the holder', { anonymous: true }, officer('holding'), 'ANONYMOUS'],
    ['anonymous: a supervisor', { anonymous: true }, officer('holding', 'SUPERVISOR'), 'ANONYMOUS'],
    ['anonymous: the petitioner', { anonymous: true }, citizen('petitioner'), 'FULL'],
  ])('%s', (_case, changes, viewer, expected) => expect(identityView(item(changes), viewer)).toBe(expected));

  it.each<[string, Viewer, string]>([
    ['a handler', officer('holding'), 'FULL'],
    ['a supervisor', officer('holding', 'SUPERVISOR'), 'PARTIAL'],
    ['the accused unit', officer('accused'), 'NONE'],
    ['the petitioner', citizen('petitioner'), 'FULL'],
    ['another citizen', citizen('other'), 'NONE'],
  ])('the accused person is shown to %s', (_who, viewer, expected) =>
    expect(accusedView(item(accusation), viewer)).toBe(expected),
  );

  it('protects accusations and what is marked confidential', () => {
    expect(isProtected(item(accusation))).toBe(true);
    expect(isProtected(item({ confidential: true }))).toBe(true);
    expect(isProtected(item())).toBe(false);
  });
});

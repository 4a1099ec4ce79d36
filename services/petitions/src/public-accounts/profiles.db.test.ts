import { type Principal, scopeOf } from '@junxian/identity';
import { openDatabase } from '@junxian/persistence';
import { rule, scenario } from '@junxian/test-kit';
import { IdentityChecks } from './identity-checks.service';
import { Profiles } from './profiles.service';
import type { ProfileInput } from './public-account.types';
import { faultsOf, NUMBERS, openPublicStage, type PublicStage, together } from './public-stage.fixture';

let stage: PublicStage;
beforeAll(async () => {
  stage = await openPublicStage();
});
beforeEach(() => {
  stage.police.answers('MATCH');
  stage.police.asked.length = 0;
});
afterAll(() => stage?.close());

/** Of nobody, with a valid check character. */
const FEMALE_NUMBER = '110101199003071225';
const PROFILE = `{ myProfile { username anonymous name idNumber mobile sex usualAddress mailingAddress employer version
  fullName: name(reveal: true) fullNumber: idNumber(reveal: true) fullMobile: mobile(reveal: true) identityVerifiedAt } }`;
const UPDATE = `mutation ($input: UpdateProfileInput!, $version: Int!) {
  updateProfile(input: $input, expectedVersion: $version) { version mobile sex } }`;

const profileOf = async (who: Principal) => (await stage.as(who, PROFILE)).data!.myProfile;
const update = (who: Principal, input: object, version = 1) => stage.as(who, UPDATE, { input, version });

describe('a citizen’s own profile', () => {
  scenario('petitions', 5, 'name and sex stay as they are; a changed mobile number is saved', async () => {
    const zhang = await stage.citizen({ idNumber: NUMBERS.beijing });
    expect(faultsOf(await update(zhang, { sex: 'FEMALE' }))).toEqual([
      { code: 'FIELD_IMMUTABLE', field: 'sex' },
    ]);
    expect(faultsOf(await update(zhang, { name: '李四' }))).toEqual([
      { code: 'FIELD_IMMUTABLE', field: 'name' },
    ]);
    expect((await update(zhang, { mobile: '139 1111 2222' })).data!.updateProfile).toEqual({
      version: 2,
      mobile: '139****2222',
      sex: 'MALE',
    });
    expect(await profileOf(zhang)).toMatchObject({ fullMobile: '13911112222', fullName: '张三' });
    expect(stage.directory.accounts.get(zhang.accountId!)).toMatchObject({ mobile: '13911112222' });
  });

  rule('PT-PUB-15', 'every fixed field is named, everything else can be changed', async () => {
    const zhang = await stage.citizen();
    const wrong = { username: 'x_new', name: '李四', sex: 'FEMALE', idType: 'PASSPORT', employer: '某厂' };
    expect(faultsOf(await update(zhang, wrong))).toEqual(
      ['username', 'name', 'sex', 'idType'].map((field) => ({ code: 'FIELD_IMMUTABLE', field })),
    );
    const right = { name: '张三', employer: '某厂', mailingAddress: '信箱 1', usualAddress: null };
    expect((await update(zhang, right)).errors).toBeUndefined();
    expect(await profileOf(zhang)).toMatchObject({
      employer: '某厂',
      mailingAddress: '信箱 1',
      usualAddress: null,
      fullNumber: NUMBERS.beijing,
      version: 2,
    });
  });

  rule(
    'PT-PUB-15',
    'each other field is changed by itself and read again, and the fixed ones are not changed by a detour',
    async () => {
      const changes: Record<Exclude<keyof ProfileInput, 'name' | 'sex' | 'idType'>, string> = {
        idNumber: 'E7654321',
        householdAddress: '青岛市市南区香港中路 2 号',
        householdRegionCode: '370202000000',
        usualAddress: '济南市历下区解放路 9 号',
        usualRegionCode: '370102000000',
        mailingAddress: '信箱 7',
        mailingRegionCode: '370100000000',
        mobile: '13911112222',
        phone: '0531-12345678',
        email: 'a@example.org',
        postcode: '250000',
        birthDate: '1980-01-02',
        ethnicity: '汉族',
        politicalStatus: '群众',
        occupation: '工人',
        employer: '某厂',
        residencyStatus: '常住',
      };
      const fields = Object.keys(changes);
      const SEEN = `{ myProfile { username anonymous sex idType version ${fields
        .map((field) => (['idNumber', 'mobile', 'phone'].includes(field) ? `${field}(reveal: true)` : field))
        .join(' ')} name(reveal: true) } }`;
      const seen = async (who: Principal) => (await stage.as(who, SEEN)).data!.myProfile;
      const abroad = await stage.citizen({ idType: 'PASSPORT', idNumber: 'E1234567', sex: 'MALE' });
      let expected = await seen(abroad);
      for (const [field, value] of Object.entries(changes)) {
        expect(faultsOf(await update(abroad, { [field]: value }, expected.version))).toEqual([]);
        expected = { ...expected, [field]: value, version: expected.version + 1 };
        expect(await seen(abroad)).toEqual(expected);
      }
      // To nothing is a change as well, also of what was never known.
      const hidden = await stage.citizen({ anonymous: true, name: null, idType: null, idNumber: null });
      for (const [who, version] of [
        [abroad, expected.version],
        [hidden, 1],
      ] as const)
        for (const [field, value] of [
          ['name', who === hidden ? '王五' : null],
          ['sex', who === hidden ? 'MALE' : null],
          ['idType', who === hidden ? 'PASSPORT' : null],
          ['username', ' '],
        ] as const)
          expect(faultsOf(await update(who, { [field]: value }, version))).toEqual([
            { code: 'FIELD_IMMUTABLE', field },
          ]);
      // The sex does not follow another number either.
      const zhang = await stage.citizen({ idNumber: NUMBERS.beijing });
      expect((await seen(zhang)).sex).toBe('MALE');
      expect(faultsOf(await update(zhang, { idNumber: FEMALE_NUMBER }))).toEqual([
        { code: 'INVALID_INPUT', field: 'sex' },
      ]);
      expect(await seen(zhang)).toMatchObject({ sex: 'MALE', idNumber: NUMBERS.beijing, version: 1 });
    },
  );

  rule('PT-PUB-16', 'a changed ID number is checked again, and the last address stays', async () => {
    const zhang = await stage.citizen({ idNumber: NUMBERS.shandong });
    expect(stage.police.asked).toHaveLength(1);
    expect((await update(zhang, { employer: '某厂', idNumber: NUMBERS.shandong })).errors).toBeUndefined();
    expect(stage.police.asked).toHaveLength(1);

    stage.police.answers('NO_MATCH');
    expect(faultsOf(await update(zhang, { idNumber: NUMBERS.other }, 2))).toEqual([
      { code: 'IDENTITY_NOT_CONFIRMED', field: 'idNumber' },
    ]);
    stage.police.answers('SILENCE');
    expect(faultsOf(await update(zhang, { idNumber: NUMBERS.other }, 2))[0]!.code).toBe(
      'IDENTITY_CHECK_UNAVAILABLE',
    );
    expect(await profileOf(zhang)).toMatchObject({ fullNumber: NUMBERS.shandong, version: 2 });

    stage.police.answers('MATCH');
    expect((await update(zhang, { idNumber: NUMBERS.other }, 2)).errors).toBeUndefined();
    expect(stage.police.asked.at(-1)).toEqual({ name: '张三', idNumber: NUMBERS.other });
    const [row] = await stage.store.adminQuery(
      'SELECT citizen_id FROM public_account WHERE account_id = $1',
      [zhang.accountId],
    );
    const citizenId = stage.store.services.personal.citizenId(NUMBERS.other);
    expect(row).toEqual({ citizen_id: citizenId });
    expect(stage.directory.accounts.get(zhang.accountId!)).toMatchObject({ citizenId });

    // A number from elsewhere needs no confirmation.
    stage.police.answers('NO_MATCH');
    const asked = stage.police.asked.length;
    expect((await update(zhang, { idNumber: NUMBERS.beijing }, 3)).errors).toBeUndefined();
    expect(stage.police.asked).toHaveLength(asked);
    expect(await profileOf(zhang)).toMatchObject({ fullNumber: NUMBERS.beijing, version: 4 });

    expect(faultsOf(await update(zhang, { usualAddress: ' ', mailingAddress: null }, 4))).toEqual([
      { code: 'ADDRESS_REQUIRED', field: 'householdAddress' },
    ]);
    expect(await profileOf(zhang)).toMatchObject({ version: 4 });
  });

  it('is not stored when the directory does not learn the new mobile number', async () => {
    const zhang = await stage.citizen();
    stage.directory.breakNext('mobile', 'before');
    expect(faultsOf(await update(zhang, { mobile: '13922223333' }))[0]!.code).toBe('SERVICE_UNAVAILABLE');
    expect(await profileOf(zhang)).toMatchObject({ fullMobile: '13800005678', version: 1 });
    stage.directory.breakNext('mobile', 'after');
    await update(zhang, { mobile: '13922223333' });
    expect((await update(zhang, { mobile: '13922223333' })).errors).toBeUndefined();
    expect(stage.directory.accounts.get(zhang.accountId!)).toMatchObject({ mobile: '13922223333' });
  });

  it('is not stored when the directory does not learn of the corrected ID number, and tells it only then', async () => {
    const zhang = await stage.citizen({ idNumber: NUMBERS.shandong });
    stage.directory.calls.length = 0;
    expect((await update(zhang, { employer: '某厂' })).errors).toBeUndefined();
    expect(stage.directory.calls).toEqual([]);
    stage.directory.breakNext('citizen', 'before');
    expect(faultsOf(await update(zhang, { idNumber: NUMBERS.other }, 2))[0]!.code).toBe(
      'SERVICE_UNAVAILABLE',
    );
    expect(await profileOf(zhang)).toMatchObject({ fullNumber: NUMBERS.shandong, version: 2 });
    expect((await update(zhang, { idNumber: NUMBERS.other }, 2)).errors).toBeUndefined();
    expect(stage.directory.accounts.get(zhang.accountId!)).toMatchObject({
      citizenId: stage.store.services.personal.citizenId(NUMBERS.other),
    });
  });

  rule(
    'PT-PUB-16',
    'holds no connection while the public-security interface is asked: more may ask at once than there are connections',
    async () => {
      const zhang = await stage.citizen({ idNumber: NUMBERS.beijing });
      const { isRegion, personal } = { isRegion: () => true, personal: stage.store.services.personal };
      const narrow = await openDatabase({
        name: 'petitions',
        url: stage.store.appUrl,
        entities: [],
        poolSize: 2,
      });
      try {
        const everybody = together(5);
        const profiles = new Profiles(
          personal,
          stage.directory.client,
          new IdentityChecks({ verify: () => everybody().then(() => true) }, ['37']),
          isRegion,
        );
        const updates = Array.from({ length: 5 }, () =>
          profiles.update((work) => narrow.write(scopeOf(zhang), work), {
            accountId: zhang.accountId!,
            change: { idNumber: NUMBERS.shandong },
            expectedVersion: 1,
            now: stage.store.clock.now(),
            today: stage.store.clock.today(),
          }),
        );
        const outcomes = await Promise.allSettled(updates);
        expect(
          outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : 'stored')).sort(),
        ).toEqual([...Array(4).fill('STALE_VERSION'), 'stored']);
      } finally {
        await narrow.close();
      }
    },
  );

  it('is changed by one of two at once', async () => {
    const zhang = await stage.citizen();
    const answers = await Promise.all([update(zhang, { employer: '甲' }), update(zhang, { employer: '乙' })]);
    expect(answers.flatMap(faultsOf)).toMatchObject([{ code: 'STALE_VERSION' }]);
  });

  it('is masked until revealed, and each reveal is recorded without the value', async () => {
    const zhang = await stage.citizen({ idNumber: NUMBERS.other });
    await stage.store.adminQuery('DELETE FROM outbox');
    expect(await profileOf(zhang)).toMatchObject({
      name: '张*',
      idNumber: '370102************',
      mobile: '138****5678',
      fullNumber: NUMBERS.other,
    });
    const events = await stage.store.adminQuery<{ envelope: string }>('SELECT envelope::text FROM outbox');
    expect(events.filter(({ envelope }) => envelope.includes('PublicProfile.'))).toHaveLength(3);
    expect(JSON.stringify(events)).not.toMatch(/张三|37010219900307851X|13800005678/);
  });
});

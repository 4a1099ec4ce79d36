import type { Principal } from '@junxian/identity';
import { rule, scenario } from '@junxian/test-kit';
import { faultsOf, NUMBERS, openPublicStage, type PublicStage } from './public-stage.fixture';

let stage: PublicStage;
beforeAll(async () => {
  stage = await openPublicStage();
});
beforeEach(() => {
  stage.police.answers('MATCH');
  stage.police.asked.length = 0;
});
afterAll(() => stage?.close());

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

import { referenceRegions } from '@junxian/administrative-region';
import { checkCitizenNumber } from '@junxian/identity';
import { CONTENT_CATEGORIES } from '../migrations/content-categories';
import { demoCases, demoMonth } from './demo-cases.rules';
import { demoCitizens, demoId, demoOfficers, demoOrganisations } from './demo-directory';
import { accusation, demoName, demoSubjects, places } from './demo-texts';

const TODAY = '2026-03-02';
const month = demoMonth(TODAY);
const cases = demoCases();

describe('the demonstration month', () => {
  it('is the same for the same day and seed, and another for another seed', () => {
    expect(demoMonth(TODAY)).toEqual(month);
    expect(demoMonth(TODAY, 7)).not.toEqual(month);
  });

  it.each(['2026-03-02', '2026-10-08', '2028-02-29', '2027-01-01'])(
    'happens before %s, in office hours of weekdays, in the order of time, each item’s steps in their order',
    (today) => {
      const planned = demoMonth(today);
      const done = new Map<string, number>();
      let before = 0;
      for (const { at, of, act } of planned) {
        const local = new Date(at.getTime() + 8 * 3_600_000);
        expect(at.getTime()).toBeGreaterThanOrEqual(before);
        expect(local.toISOString() < today).toBe(true);
        expect([0, 6]).not.toContain(local.getUTCDay());
        expect(local.getUTCHours()).toBeGreaterThanOrEqual(9);
        expect(local.getUTCHours()).toBeLessThan(18);
        const place = done.get(of.key) ?? 0;
        expect(act).toBe(of.steps[place]?.[2]);
        done.set(of.key, place + 1);
        before = at.getTime();
      }
      expect(done.size).toBe(cases.length);
    },
  );

  it('has 150 to 250 items, most of them of the last month, by every channel and for several purposes', () => {
    expect(cases.length).toBeGreaterThanOrEqual(150);
    expect(cases.length).toBeLessThanOrEqual(250);
    expect(cases.filter(({ daysAgo }) => daysAgo <= 30).length).toBeGreaterThan(cases.length / 2);
    expect(new Set(cases.map(({ channel }) => channel))).toEqual(
      new Set(['ONLINE', 'LETTER', 'VISIT', 'PHONE']),
    );
    expect(new Set(cases.map(({ subject }) => subject.purpose)).size).toBeGreaterThanOrEqual(4);
    expect(new Set(cases.map(({ subject }) => subject.category.split('.')[0])).size).toBeGreaterThanOrEqual(
      10,
    );
    expect(new Set(cases.map(({ key }) => key)).size).toBe(cases.length);
    expect(new Set(cases.map(({ person }) => person)).size).toBe(cases.length);
  });

  it('names nobody who could exist', () => {
    const names = cases.map(({ person }) => demoName(person));
    expect(new Set(names).size).toBe(cases.length);
    for (const name of names) expect(name).toMatch(/^示例/);
    for (const { sealName } of Object.values(demoOrganisations)) expect(sealName).toMatch(/^示例/);
    expect(checkCitizenNumber(demoCitizens.citizen.person.idNumber)).toMatchObject({
      sex: demoCitizens.citizen.person.sex,
      birthDate: demoCitizens.citizen.person.birthDate,
    });
  });

  it('lies in regions of the national file and in the deepest categories there are', () => {
    for (const [code] of Object.values(places)) expect(referenceRegions().has(code)).toBe(true);
    const parents = new Set(CONTENT_CATEGORIES.map(({ parent }) => parent));
    const codes = new Set(CONTENT_CATEGORIES.map(({ code }) => code));
    for (const { category } of [...demoSubjects, accusation]) {
      expect(codes).toContain(category);
      expect(parents).not.toContain(category);
    }
  });

  it('is done by officers and citizens the directory knows, under the ids it derives', () => {
    const known = [...Object.keys(demoOfficers), ...Object.keys(demoCitizens), 'petitioner'];
    for (const { by } of month) expect(known).toContain(by);
    expect(demoId('account', 'citizen')).toBe('66fdfaf0-f7f4-890f-a5f0-e8abf8fc0765');
    expect(demoId('account', 'anonymous')).toBe('445143c6-619a-82b6-ae98-acca91581c3f');
  });
});

import { rule } from '@junxian/test-kit';
import {
  checkCopies,
  checkDestination,
  isOnPath,
  type RoutedOrganisation,
  regionsBelow,
} from './routing.rules';

const bureau = (regionCode: string, superiorId: string | null = null): RoutedOrganisation => ({
  id: `bureau-${regionCode}`,
  regionCode,
  superiorId,
  isBureau: true,
});
const unit = (name: string, regionCode: string, superiorId: string | null): RoutedOrganisation => ({
  id: name,
  regionCode,
  superiorId,
  isBureau: false,
});
const STREET = '370102001000';
const shandong = bureau('370000000000');
const jinan = bureau('370100000000');
const lixia = bureau('370102000000', 'government-370102');

describe('the default destination', () => {
  const table: [title: string, sender: string, problem: string, regions: string[]][] = [
    ['a province, a subdistrict', '370000000000', STREET, ['370100000000', '370102000000', STREET]],
    ['the nation, a city', '000000000000', '370100000000', ['370000000000', '370100000000']],
    ['the problem lies in the own region', '370102000000', '370102000000', []],
    ['the problem lies above', '370102000000', '370100000000', []],
    ['the problem lies next door', '370200000000', STREET, []],
    ['a town directly under a city', '440000000000', '441900003000', ['441900000000', '441900003000']],
  ];
  for (const [title, sender, problem, regions] of table)
    rule('PT-HND-02', `is looked for level by level below the sender: ${title}`, () => {
      expect(regionsBelow(sender, problem)).toEqual(regions);
    });
});

describe('allowed destinations', () => {
  const table: [
    title: string,
    sender: RoutedOrganisation,
    destination: RoutedOrganisation,
    problem: string,
    allowed: boolean,
  ][] = [
    ['the city on the path', shandong, jinan, STREET, true],
    ['the county, a level left out', shandong, lixia, STREET, true],
    ['a unit of the county on the path', shandong, unit('u', '370102000000', lixia.id), STREET, true],
    ['a city off the path', shandong, bureau('370200000000'), STREET, false],
    ['upwards', lixia, jinan, STREET, false],
    ['oneself', lixia, lixia, STREET, false],
    ['a county below the problem region', shandong, lixia, '370100000000', false],
    ['a directly subordinate unit', lixia, unit('u', '370102000000', lixia.id), STREET, true],
    ['a unit without a superior, from the bureau', lixia, unit('u', '370102000000', null), STREET, true],
    [
      'a department of the same government, from the bureau',
      lixia,
      unit('u', '370102000000', 'government-370102'),
      STREET,
      true,
    ],
    ['a unit of somebody else', lixia, unit('u', '370102000000', 'another'), STREET, false],
    [
      'a unit to a unit without a superior',
      unit('v', '370102000000', lixia.id),
      unit('u', '370102000000', null),
      STREET,
      false,
    ],
    ['a unit to its own bureau', unit('v', '370102000000', lixia.id), lixia, STREET, false],
    [
      'a unit to its own office',
      unit('v', '370102000000', lixia.id),
      unit('u', '370102000000', 'v'),
      STREET,
      true,
    ],
    [
      'a subordinate unit, the problem next door',
      lixia,
      unit('u', '370102000000', lixia.id),
      '370202000000',
      false,
    ],
    [
      'a subordinate unit, the problem above',
      lixia,
      unit('u', '370102000000', lixia.id),
      '370100000000',
      false,
    ],
  ];
  for (const [title, sender, destination, problem, allowed] of table)
    rule('PT-HND-01', `${allowed ? 'allows' : 'refuses'} ${title}`, () => {
      expect(isOnPath(sender, destination, problem)).toBe(allowed);
      const check = () => checkDestination(sender, destination, problem, new Set());
      if (allowed) expect(check).not.toThrow();
      else
        expect(check).toThrow(
          expect.objectContaining({ code: 'DESTINATION_NOT_ON_PATH', field: 'destinationOrgId' }),
        );
    });

  rule('PT-HND-08', 'says that a destination is forbidden before anything else, for copies too', () => {
    const forbidden = new Set([lixia.id]);
    const refused = (field: string) => expect.objectContaining({ code: 'FORBIDDEN_DESTINATION', field });
    expect(() => checkDestination(shandong, lixia, STREET, forbidden)).toThrow(refused('destinationOrgId'));
    expect(() => checkDestination(shandong, lixia, '370202000000', forbidden)).toThrow(
      refused('destinationOrgId'),
    );
    expect(() => checkCopies(shandong, [jinan, lixia], forbidden)).toThrow(refused('copyOrgIds'));
  });

  it('keeps copies inside the own region', () => {
    expect(() => checkCopies(jinan, [lixia], new Set())).not.toThrow();
    for (const other of [shandong, bureau('370202000000')])
      expect(() => checkCopies(jinan, [other], new Set())).toThrow(
        expect.objectContaining({ code: 'COPY_OUT_OF_REGION' }),
      );
  });
});

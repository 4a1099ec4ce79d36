import { rule } from '@junxian/test-kit';
import { codeOf } from '../testing/refusals.support.test';
import { checkRelieves, checkSuccessor, checkTakesResultOver } from './transfer.rules';

const county = { id: 'bureau', regionCode: '370102000000' };

rule(
  'PT-TSK-02',
  'whoever goes on with an item lies in the bureau’s region or below, and is none of the accused',
  () => {
    const cases = [
      [county, [], null],
      [{ id: 'unit', regionCode: '370102000000' }, [], null],
      [{ id: 'street', regionCode: '370102001000' }, [], null],
      [{ id: 'city', regionCode: '370100000000' }, [], 'OUT_OF_REGION'],
      [{ id: 'neighbour', regionCode: '370103000000' }, [], 'OUT_OF_REGION'],
      [{ id: 'unit', regionCode: '370102000000' }, ['unit'], 'FORBIDDEN_DESTINATION'],
      [{ id: 'neighbour', regionCode: '370103000000' }, ['neighbour'], 'FORBIDDEN_DESTINATION'],
    ] as const;
    for (const [successor, forbidden, code] of cases)
      expect([
        successor,
        codeOf(() => checkSuccessor(county, successor, new Set<string>(forbidden))),
      ]).toEqual([successor, code]);
  },
);

rule('PT-TSK-02', 'a bureau takes over what a removed organisation held, if it is the one above', () => {
  const cases = [
    [false, 'bureau', 'CUSTODIAN_EXISTS'],
    [false, null, 'CUSTODIAN_EXISTS'],
    [true, 'bureau', null],
    [true, 'another', 'NOT_RELIEVING'],
    [true, null, 'NOT_RELIEVING'],
  ] as const;
  for (const [removed, bureauId, code] of cases)
    expect([
      removed,
      bureauId,
      codeOf(() => checkRelieves('bureau', { custodian: { removed }, bureauId })),
    ]).toEqual([removed, bureauId, code]);
});

rule('PT-TSK-02', 'a bureau takes over what a removed organisation waits for, if it is the one above', () => {
  const cases = [
    [false, 'bureau', 'ASSIGNER_EXISTS'],
    [false, null, 'ASSIGNER_EXISTS'],
    [true, 'bureau', null],
    [true, 'another', 'NOT_RELIEVING'],
    [true, null, 'NOT_RELIEVING'],
  ] as const;
  for (const [removed, bureauId, code] of cases)
    expect([
      removed,
      bureauId,
      codeOf(() => checkTakesResultOver('bureau', { assigner: { removed }, bureauId })),
    ]).toEqual([removed, bureauId, code]);
});

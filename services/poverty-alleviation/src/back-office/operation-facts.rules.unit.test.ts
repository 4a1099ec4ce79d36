import { factsOf } from './operation-facts.rules';

it('lists nested facts by path, lists by commas, and leaves out what is empty', () => {
  expect(
    factsOf({
      householdNo: '14021510000100001',
      memberCount: 2,
      naturalVillageCode: null,
      nameChanged: true,
      members: { '1402151000010000101': { status: 'CLEARED', relationToHead: 'SON' } },
      closed: ['14021510000100001', '14021510000100002'],
      nobody: {},
      nothing: [],
    }),
  ).toEqual([
    { name: 'householdNo', value: '14021510000100001' },
    { name: 'memberCount', value: '2' },
    { name: 'naturalVillageCode', value: null },
    { name: 'nameChanged', value: 'true' },
    { name: 'members.1402151000010000101.status', value: 'CLEARED' },
    { name: 'members.1402151000010000101.relationToHead', value: 'SON' },
    { name: 'closed', value: '14021510000100001,14021510000100002' },
  ]);
});

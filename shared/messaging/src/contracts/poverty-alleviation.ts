// Events that poverty alleviation publishes (requirements/poverty-alleviation.md §5).
import { Type } from '@sinclair/typebox';
import { CitizenId, codes, defineEvent, Id, RegionCode } from '../event-definition';
import { identityRevealed } from './identity-revealed';

const service = 'poverty-alleviation';

export const HouseholdIdentified = defineEvent({
  service,
  aggregate: 'household',
  happened: 'identified',
  version: 1,
  description: { zh: '贫困户识别', en: 'A household was identified as poor' },
  data: Type.Object({
    householdId: Id({ description: 'Household 贫困户' }),
    householdNo: Type.String({ description: 'Household number, never reused 户编号' }),
    year: Type.Integer({ minimum: 2014, maximum: 2100, description: '识别年度' }),
    villageCode: RegionCode({ description: 'Administrative village 行政村代码' }),
    headCitizenId: Type.Optional(CitizenId({ description: 'Head of household 户主' })),
    members: Type.Integer({ minimum: 1, description: 'Active members 家庭人口' }),
    origin: codes(['IDENTIFICATION', 'SPLIT', 'SUPPLEMENT'], {
      description: 'New identification 新识别, split 分户, supplement 补录',
    }),
  }),
});

export const PovertyIdentityRevealed = identityRevealed(service);

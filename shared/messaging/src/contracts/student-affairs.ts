// Events of the student-affairs service that others consume.
import { Type } from '@sinclair/typebox';
import { CitizenId, codes, defineEvent, RegionCode } from '../event-definition';

export const HardshipSubmitted = defineEvent({
  service: 'student-affairs',
  aggregate: 'hardship',
  happened: 'submitted',
  version: 1,
  description: { zh: '学生提交贫困信息登记', en: 'A student submitted a registration of family hardship' },
  data: Type.Object({
    citizenId: CitizenId({ description: 'The student 学生' }),
    homeRegionCode: RegionCode({ description: '家庭所在区划' }),
    level: codes(['ORDINARY', 'DIFFICULT', 'SEVERE'], { description: '一般困难、困难、特别困难' }),
  }),
});

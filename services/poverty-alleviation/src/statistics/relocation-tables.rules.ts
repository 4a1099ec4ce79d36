import { FOLLOW_UP_SUPPORT, RELOCATION_DIFFICULTY, RELOCATION_MODE, RESETTLEMENT } from '../code-lists';
import {
  amount,
  byCode,
  column,
  count,
  flow,
  householdsAndPersons,
  money,
  type StatTableDefinition,
} from './stat-columns.rules';

const CONCENTRATED = RESETTLEMENT.names.filter((name) => RESETTLEMENT.code(name).startsWith('1'));
/** Tables 6.8.1 to 6.8.4: relocation. */
export const RELOCATION_TABLES = {
  RELOCATION_BASICS: {
    title: '6.8.1 易地扶贫搬迁基本情况',
    since: 2014,
    columns: [
      ...householdsAndPersons('relocation', null, '搬迁户'),
      ...byCode('relocation.mode', '按搬迁方式', RELOCATION_MODE),
      ...householdsAndPersons('relocation.concentrated', '按安置方式', '集中安置'),
      ...householdsAndPersons('relocation.dispersed', '按安置方式', '分散安置'),
      ...byCode('relocation.difficulty', '按搬迁可能存在的困难', RELOCATION_DIFFICULTY),
    ],
  },
  RELOCATION_PROJECTS: {
    title: '6.8.2 易地扶贫搬迁项目',
    since: 2014,
    columns: [
      column('relocationProject', null, '项目数', 'PIECES', count('relocationProject')),
      money('relocationProject', null, '批复资金', 'relocationProject.budget'),
      money('relocationProject.spent', null, '已支出'),
      column(
        'relocationProject.plannedHouseholds',
        null,
        '计划搬迁户数',
        'HOUSEHOLDS',
        amount('relocationProject.plannedHouseholds'),
      ),
      flow('relocationProject.plannedPersons', '计划搬迁人数'),
      column(
        'relocationProject.movedHouseholds',
        null,
        '已搬迁户数',
        'HOUSEHOLDS',
        amount('relocationProject.movedHouseholds'),
      ),
      flow('relocationProject.movedPersons', '已搬迁人数'),
      column(
        'relocationProject.area',
        null,
        '安置住房面积',
        'SQUARE_METRES',
        amount('relocationProject.area'),
      ),
      column(
        'relocationProject.completed',
        null,
        '已完工项目',
        'PIECES',
        count('relocationProject.completed'),
      ),
    ],
  },
  CONCENTRATED_RESETTLEMENT: {
    title: '6.8.3 已搬迁建档立卡户集中安置情况',
    since: 2014,
    columns: [
      ...householdsAndPersons('moved.concentrated', null, '集中安置合计'),
      ...byCode('moved.resettlement', '按集中安置方式', RESETTLEMENT, CONCENTRATED),
    ],
  },
  FOLLOW_UP_SUPPORT: {
    title: '6.8.4 已搬迁已脱贫建档立卡户后续扶持情况',
    since: 2014,
    columns: [
      ...householdsAndPersons('movedExited', null, '已搬迁已脱贫'),
      ...byCode('movedExited.support', '按后续扶持方式', FOLLOW_UP_SUPPORT),
    ],
  },
} satisfies Record<string, StatTableDefinition>;

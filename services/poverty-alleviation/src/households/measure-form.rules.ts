import { isCalendarDate } from '@junxian/calendar';
import { Refusal } from '@junxian/errors';
import type { MeasureSource } from '../household-code-lists';
import { FormFaults } from './form-faults.rules';

/** The first year in which measures are entered by hand (PA-HH-10); the pages of 2014 and 2015 only show them. */
const FIRST_YEAR_BY_HAND = 2016;

/** Refuses (FIELD_LOCKED) measures that this page only shows: of 2014 and 2015, and those of projects (PA-HH-10). */
export function expectEnteredByHand(year: number, source: MeasureSource): void {
  if (source === 'PROJECT') {
    throw new Refusal(
      'FIELD_LOCKED',
      {
        zh: '该帮扶措施由项目受益户名单带入，此处只能查看；需更改的，请由项目管理员在该项目的受益户名单中更改',
        en: 'This measure comes from a project and can only be looked at here; the project officer changes it in the list of beneficiaries of the project',
      },
      { field: 'id' },
    );
  }
  if (year >= FIRST_YEAR_BY_HAND) return;
  throw new Refusal(
    'FIELD_LOCKED',
    {
      zh: '2014、2015 年度的帮扶措施只能查看；请在 2016 年度及以后的页面填写',
      en: 'The measures of 2014 and 2015 can only be looked at; enter measures on the pages of 2016 and later',
    },
    { field: 'year' },
  );
}

/** Checks what is entered about a measure of a year; throws one refusal with every fault. */
export function checkMeasure(
  measure: { content: string; amount?: string | null | undefined; date?: string | null | undefined },
  year: number,
  today: string,
): void {
  const faults = new FormFaults();
  faults.expectText(measure.content, 200, 'content');
  faults.expectAmount(measure.amount, 'amount');
  const { date } = measure;
  faults.expect(
    date == null || (isCalendarDate(date) && date <= today && date.startsWith(`${year}-`)),
    'date',
    {
      zh: '日期应在该年度之内且不晚于今天，格式为 YYYY-MM-DD',
      en: 'The date lies in the year of the data set and is not after today; write YYYY-MM-DD',
    },
  );
  if (faults.list.length > 0) throw Refusal.many(faults.list);
}

import { Refusal, refuse } from '@junxian/errors';
import { cleanText, fieldRequired } from '../public-accounts/faults.rules';
import { type Faults } from '../texts.rules';
import { identityOf } from './petitioner-form.rules';
import type { CoVisitorFacts, CoVisitorInput } from './registration.types';

/** From this many people on a visit is collective 集体访 (PT-VIS-07). */
export const COLLECTIVE_FROM = 5;
/** At most this many speak for a shared demand, the main petitioner among them (PT-VIS-07). */
export const MOST_REPRESENTATIVES = 5;
const MOST_VISITORS = 100_000;

/** Whether a visit of so many people is collective (PT-VIS-07). */
export function isCollective(visitorCount: number): boolean {
  return visitorCount >= COLLECTIVE_FROM;
}

/**
 * Checks the number of visitors 来访人数 against the people named. Adds COUNT_MISMATCH when the petitioner and the co-visitors are more
 * than came (PT-VIS-02), TOO_MANY_REPRESENTATIVES (PT-VIS-07), INVALID_INPUT for a count out of range.
 */
export function checkVisitorCount(
  visitorCount: number,
  coVisitors: readonly Pick<CoVisitorFacts, 'representative'>[],
  faults: Pick<Faults, 'add'>,
): void {
  if (!Number.isInteger(visitorCount) || visitorCount < 1 || visitorCount > MOST_VISITORS) {
    faults.add(
      refuse.invalid('visitorCount', {
        zh: `来访人数应在 1 到 ${MOST_VISITORS} 之间`,
        en: `The number of visitors is between 1 and ${MOST_VISITORS}`,
      }),
    );
  } else if (1 + coVisitors.length > visitorCount) {
    faults.add(
      new Refusal(
        'COUNT_MISMATCH',
        {
          zh: `来访人数为 ${visitorCount} 人，主访人之外最多登记 ${visitorCount - 1} 名随访人，请核对人数或随访人`,
          en: `With ${visitorCount} visitors at most ${visitorCount - 1} came along; check the number or the co-visitors`,
        },
        { field: 'visitorCount', details: { visitorCount, named: 1 + coVisitors.length } },
      ),
    );
  }
  const representatives = 1 + coVisitors.filter(({ representative }) => representative).length;
  if (representatives > MOST_REPRESENTATIVES)
    faults.add(
      new Refusal(
        'TOO_MANY_REPRESENTATIVES',
        {
          zh: `多人提出共同信访事项的，应推选不超过 ${MOST_REPRESENTATIVES} 名代表（含主访人），请重新推选`,
          en: `A shared demand is put forward by at most ${MOST_REPRESENTATIVES} representatives, the main petitioner included; choose again`,
        },
        { field: 'coVisitors', details: { representatives } },
      ),
    );
}

/** Cleans and checks a person who came along 随访人. Adds FIELD_REQUIRED, INVALID_ID, TEXT_TOO_LONG. */
export function checkCoVisitor(
  typed: CoVisitorInput,
  { path, today }: { path: string; today: string },
  faults: Faults,
): CoVisitorFacts {
  const name = cleanText(typed.name, `${path}.name`, 100, faults);
  if (name === null) faults.add(fieldRequired(`${path}.name`, '随访人姓名', "the co-visitor's name"));
  const { sex, idType, idNumber } = identityOf(
    { idType: typed.idType, idNumber: typed.idNumber, sex: typed.sex },
    { path, today, source: typed.source },
    faults,
  );
  return {
    name: name ?? '',
    sex,
    idType,
    idNumber,
    address: cleanText(typed.address, `${path}.address`, 200, faults),
    source: typed.source,
    representative: typed.representative ?? false,
    photoFileId: typed.photoFileId ?? null,
  };
}

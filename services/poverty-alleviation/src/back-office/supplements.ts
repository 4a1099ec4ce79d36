import type { Clock } from '@junxian/calendar';
import { isRefusal, Refusal, refuse } from '@junxian/errors';
import { isInScope } from '@junxian/identity';
import { MemberChanged, recordEvent } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions } from '@junxian/region-changes';
import { helpersAmong, isHelper } from '../assistance/helpers-and-members.service';
import { FormFaults, inFormAt } from '../households/form-faults.rules';
import { isActive, type OpenFile, restate } from '../households/household-files.service';
import { householdNumber } from '../households/household-number.rules';
import { memberRecord, tabsOf } from '../households/household-records.service';
import {
  announceHousehold,
  heldNumbers,
  insertHousehold,
  insertMembers,
  insertYearRecord,
} from '../households/household-registration.service';
import type { IdentificationInput, MemberInput } from '../households/identification.input';
import { checkHouseholdForm } from '../households/identification.rules';
import type { IdentityKey } from '../households/identity-documents.rules';
import { computeIncome } from '../households/income.rules';
import { checkMember } from '../households/member-form.rules';
import { expectSurveyed } from '../natural-villages/surveyed.service';
import type { PersonalData } from '../personal-data';
import { currentCycle, surveyYear } from '../survey-years/survey-years.service';
import type { Operation, Plan } from './back-office.service';
import { fileFor, refuseUnlessActive, standing } from './household-plans';

/** What supplementary entries need. */
export interface SupplementParts {
  personal: PersonalData;
  regions: PresentRegions;
  clock: Clock;
}

export interface SupplementMemberInput {
  householdId: string;
  member: MemberInput;
}

interface SupplementMemberPlan extends Plan {
  file: OpenFile;
  member: MemberInput;
  key: IdentityKey | null;
}

/**
 * 8.10 家庭成员补录 and, for a person without a document, 8.12: a member who was left out joins the household in the
 * cycle, flagged supplementary, never a natural increase (PA-BO-10, PA-BO-12).
 */
export function supplementMember({
  personal,
  clock,
}: SupplementParts): Operation<SupplementMemberInput, SupplementMemberPlan> {
  return {
    plan: async (tx, { householdId, member }, lock) => {
      const { year } = await currentCycle(tx);
      const file = await fileFor(tx, householdId, year, lock);
      refuseUnlessActive(file);
      const faults = new FormFaults();
      if (member.relationToHead === 'HEAD') faults.add(secondHead());
      const dates = { today: clock.today(), yearEnd: `${year}-12-31`, withoutDocument: true };
      const key = checkMember(member, 'input.member', dates, faults);
      if (faults.list.length > 0) throw Refusal.many(faults.list);
      if ((await heldNumbers(tx, personal, [key], year)).length > 0)
        throw numberTaken('input.member.idNumber');
      if ((await helpersAmong(tx, [key && personal.indexOf(key)])).length > 0)
        throw isHelper('input.member.idNumber');
      const members = file.members.filter(isActive).length + 1;
      const before = standing(file, []);
      return {
        function: key === null ? 'SUPPLEMENT_MEMBER_WITHOUT_NUMBER' : 'SUPPLEMENT_MEMBER',
        targetId: householdId,
        householdId,
        year,
        before,
        after: {
          ...before,
          memberCount: members,
          perCapitaNetIncome: computeIncome(file.record.incomeAndHealth, members).perCapitaNetIncome,
          added: { idType: member.idType, relationToHead: member.relationToHead },
        },
        confirmation: file.household.householdNo,
        versions: [file.household.version, file.record.version],
        file,
        member,
        key,
      };
    },
    apply: async (tx, { file, member, key }, by) => {
      const { household, record } = file;
      const { villageCode, epoch } = await placeOf(tx, household.id);
      const registration = {
        villageCode,
        year: record.year,
        identifiedYear: household.identifiedYear,
        epoch,
        by,
        origin: 'SUPPLEMENT' as const,
      };
      const values = memberRecord(member, key, personal);
      const [memberId] = await insertMembers(tx, registration, household, [values]).catch((error) => {
        throw isRefusal(error) && error.code === 'DUPLICATE_ID'
          ? numberTaken('input.member.idNumber')
          : error;
      });
      await flagMembers(tx, [memberId!]);
      const perCapita = await restate(tx, record, by);
      await recordEvent(tx, MemberChanged, {
        aggregateId: memberId!,
        regionCode: villageCode,
        occurredAt: by.now,
        data: {
          kind: 'SUPPLEMENT',
          memberId: memberId!,
          ...(values.citizenId === null ? {} : { citizenId: values.citizenId }),
          year: record.year,
          fromHouseholdId: null,
          toHouseholdId: household.id,
          reason: null,
          perCapitaBefore: perCapita.before,
          perCapitaAfter: perCapita.after,
        },
      });
      return { targetId: memberId! };
    },
  };
}

export interface SupplementHouseholdInput {
  identifiedYear: number;
  household: IdentificationInput;
}

interface SupplementHouseholdPlan extends Plan {
  year: number;
  epoch: number;
  input: SupplementHouseholdInput;
  keys: (IdentityKey | null)[];
}

/**
 * 8.11 贫困户补录 and, for a head without a number, 8.13: a household that was left out joins the cycle's data with the
 * year it was identified in, flagged supplementary (PA-BO-11, PA-BO-13). Its form is that of identification.
 */
export function supplementHousehold({
  personal,
  regions,
  clock,
}: SupplementParts): Operation<SupplementHouseholdInput, SupplementHouseholdPlan> {
  return {
    plan: async (tx, input, lock) => {
      const { household: form, identifiedYear } = input;
      const codes = await regions.hold(tx);
      const { year } = await currentCycle(tx);
      await surveyYear(tx, identifiedYear, 'input.identifiedYear');
      if (identifiedYear > year) throw identifiedLater();
      if (!isInScope(tx.scope, form.villageCode)) throw refuse.outOfRegion(`${FORM}.villageCode`);
      const facts = {
        today: clock.today(),
        yearEnd: `${year}-12-31`,
        isVillage: codes.levelOf(form.villageCode) === 'VILLAGE',
        withoutDocument: true,
      };
      const keys = await inFormAt(FORM, () => checkHouseholdForm(form, facts));
      const { naturalVillageCode } = form.basic;
      await expectSurveyed(tx, naturalVillageCode, `${FORM}.basic.naturalVillageCode`, lock);
      const held = await heldNumbers(tx, personal, keys, year);
      const helpers = await helpersAmong(
        tx,
        keys.map((key) => key && personal.indexOf(key)),
      );
      const field = (place: number) => `${FORM}.members[${place}].idNumber`;
      const known = [
        ...held.map((place) => numberTaken(field(place))),
        ...helpers.map((place) => isHelper(field(place))),
      ];
      if (known.length > 0) throw Refusal.many(known);
      const serial = await lastSerial(tx, form.villageCode, lock);
      const head = form.members.find(({ relationToHead }) => relationToHead === 'HEAD')!;
      return {
        function: head.idType === 'NONE' ? 'SUPPLEMENT_HOUSEHOLD_WITHOUT_NUMBER' : 'SUPPLEMENT_HOUSEHOLD',
        targetId: form.villageCode,
        householdId: null,
        regionCode: form.villageCode,
        year,
        before: {},
        after: {
          householdNo: householdNumber(form.villageCode, serial + 1),
          villageCode: form.villageCode,
          identifiedYear,
          memberCount: form.members.length,
          povertyStatus: 'UNEXITED',
          isSupplementary: true,
        },
        confirmation: form.villageCode,
        // With the next number given to somebody the preview expires: the same order sent twice registers once.
        versions: [serial],
        epoch: codes.epoch,
        input,
        keys,
      };
    },
    apply: async (tx, { year, epoch, input, keys }, by) => {
      const { household: form, identifiedYear } = input;
      const registration = {
        villageCode: form.villageCode,
        year,
        identifiedYear,
        epoch,
        by,
        origin: 'SUPPLEMENT' as const,
      };
      const household = await insertHousehold(tx, registration);
      if (household === null) throw new Error('A household without submission key met another');
      await tx.query('UPDATE household SET is_supplementary = true WHERE id = $1', [household.id]);
      await insertYearRecord(tx, registration, household, tabsOf(form, personal));
      const members = form.members.map((member, index) => memberRecord(member, keys[index]!, personal));
      const memberIds = await inFormAt(FORM, () => insertMembers(tx, registration, household, members));
      await flagMembers(tx, memberIds);
      await announceHousehold(tx, registration, household, {
        status: 'UNEXITED',
        headCitizenId: members.find(({ relationToHead }) => relationToHead === 'HEAD')!.citizenId,
        members: members.length,
      });
      return { targetId: household.id, householdId: household.id };
    },
  };
}

/** Where the form of a household stands in the input. */
const FORM = 'input.household';

/** Flags persons as supplementary entries; those without a document get the serial that stands for a number (PA-BO-12). */
async function flagMembers(tx: ScopedTransaction, memberIds: readonly string[]): Promise<void> {
  await tx.query(
    `UPDATE member m SET is_supplementary = true, system_serial = CASE WHEN r.id_type = '00'
       THEN 'W' || lpad(nextval('person_without_number')::text, 11, '0') END
     FROM member_year_record r WHERE r.member_id = m.id AND m.id = ANY($1::uuid[])`,
    [memberIds],
  );
}

/** Where the household stands, with the epoch its rows have followed to. */
async function placeOf(
  tx: ScopedTransaction,
  householdId: string,
): Promise<{ villageCode: string; epoch: number }> {
  const [row] = await tx.query<{ villageCode: string; epoch: number }>(
    'SELECT region_code AS "villageCode", region_epoch AS epoch FROM household WHERE id = $1',
    [householdId],
  );
  return row!;
}

/** The last household serial of a village; with `lock` no second supplement of the village goes on meanwhile. */
async function lastSerial(tx: ScopedTransaction, villageCode: string, lock: boolean): Promise<number> {
  if (lock) {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('junxian.supplement.' || $1, 0))`, [
      villageCode,
    ]);
  }
  const [row] = await tx.query<{ serial: number }>(
    'SELECT last_serial AS serial FROM household_serial WHERE village_code = $1',
    [villageCode],
  );
  return row?.serial ?? 0;
}

function secondHead(): Refusal {
  return new Refusal(
    'HEAD_NOT_ALLOWED',
    {
      zh: '该户已有户主，补录的成员不能为户主',
      en: 'The household has its head; a supplementary member is another relation',
    },
    { field: 'input.member.relationToHead' },
  );
}

function identifiedLater(): Refusal {
  return refuse.invalid('input.identifiedYear', {
    zh: '原识别年度不能晚于当前动态管理年度',
    en: 'The year of identification is not later than the current cycle',
  });
}

/** Says neither where nor with whom. */
function numberTaken(field: string): Refusal {
  return new Refusal(
    'DUPLICATE_ID',
    {
      zh: '该证件号码本年度已登记在贫困户中，不能补录；请先查询重复证件号码并核实',
      en: 'This ID number is already registered in a poor household of the year; look at the duplicate numbers first',
    },
    { field },
  );
}

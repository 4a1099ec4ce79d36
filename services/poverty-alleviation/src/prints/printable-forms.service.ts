import { maskValue } from '@junxian/access';
import { referenceNames } from '@junxian/administrative-region';
import { isUuid } from '@junxian/identity';
import { groupBy, type ScopedTransaction } from '@junxian/persistence';
import { readHelpers, readPairingsOfYears, readUnits } from '../assistance/pairing-views.service';
import { readTeamMembers, readTeamsOfVillages } from '../assistance/work-team-views.service';
import { isActive } from '../households/household-files.service';
import {
  type HouseholdView,
  readHouseholds,
  readMembers,
  readYearRecords,
  type YearRecordView,
} from '../households/household-views.service';
import { readOutcomes } from '../households/outcomes.service';
import { readRecordsByCode } from '../natural-villages/natural-village-views.service';
import type { PersonalData } from '../personal-data';
import { readVillagesByCode } from '../villages/poor-village-views.service';
import { naturalVillageFigures, villageFigures } from '../villages/village-figures.service';
import type { FormView } from './form.types';
import { type HelperOnPaper, householdForm, type MemberOnPaper } from './forms/household.form';
import { naturalVillageForm, poorVillageForm, type TeamMemberOnPaper } from './forms/village.forms';
import { noData, PRINT_JOB_NAMES, type PrintRequest } from './print.rules';

/** Forms filled in, and whose numbers they show in full: citizen ids, or ids of the rows. */
export interface PrintableForms {
  forms: FormView[];
  revealed: string[];
}

/** Fills in the forms to be printed, in a number of statements that does not depend on how many there are. */
export class PrintableFormsReader {
  constructor(private readonly personal: PersonalData) {}

  /**
   * The forms of the rows ticked, in their order. Takes a request that `checkRequest` let through, and its rows.
   * Throws NOT_FOUND for rows without data of the year in the region chosen.
   */
  async read(
    tx: ScopedTransaction,
    request: PrintRequest,
    ticked: readonly string[],
  ): Promise<PrintableForms> {
    switch (request.kind) {
      case 'POOR_VILLAGE':
        return { forms: await this.villages(tx, request.year, ticked), revealed: [] };
      case 'NATURAL_VILLAGE':
        return { forms: await this.naturalVillages(tx, request.year, ticked), revealed: [] };
      default:
        return this.households(tx, request, ticked);
    }
  }

  private async households(
    tx: ScopedTransaction,
    request: PrintRequest,
    ids: readonly string[],
  ): Promise<PrintableForms> {
    const { year, region, kind } = request;
    if (!ids.every(isUuid)) throw noData(year);
    const keys = ids.map((householdId) => ({ householdId, year }));
    const [households, records, members, outcomes, helpers] = await Promise.all([
      readHouseholds(tx, ids),
      readYearRecords(tx, keys),
      readMembers(tx, keys),
      readOutcomes(tx, keys),
      this.helpers(tx, keys),
    ]);
    const inFull = request.revealIdNumbers === true;
    const revealed: string[] = [];
    const membersOf = groupBy(members.filter(isActive), ({ householdId }) => householdId);
    const forms = ids.map((id) => {
      const household = households.find((one) => one.id === id);
      const record = records.find(({ householdId }) => householdId === id);
      if (!household || record?.regionCode !== region) throw noData(year);
      const people = (membersOf.get(id) ?? []).map((member): MemberOnPaper => {
        const number = this.personal.open(member.idNumberSealed, 'member.id_number');
        if (inFull && number !== null) revealed.push(member.citizenId ?? member.id);
        return { ...member, printedNumber: shown('ID_NUMBER', number, inFull) };
      });
      const { phone, bankAccount } = this.contactOf(record, inFull, household, revealed);
      return householdForm({
        heading: PRINT_JOB_NAMES[kind].zh,
        place: referenceNames().pathOf(region),
        household,
        record,
        phone,
        bankAccount,
        members: people,
        helpers: helpers.get(id) ?? [],
        outcome: outcomes.find(({ householdId }) => householdId === id) ?? null,
        signatures:
          kind === 'HOUSEHOLD_COMPARISON'
            ? ['户主签字', '帮扶责任人签字', '村负责人签字', '填表人签字', '填表日期']
            : ['户主签字', '填表日期'],
      });
    });
    return { forms, revealed };
  }

  private contactOf(
    { basic }: YearRecordView,
    inFull: boolean,
    { id }: HouseholdView,
    revealed: string[],
  ): { phone: string | null; bankAccount: string | null } {
    const phone = this.personal.open(basic.phoneSealed, 'household.phone');
    if (inFull && phone !== null) revealed.push(id);
    // The account stays masked: nobody fills a form in by it.
    const bankAccount = this.personal.open(basic.bankAccountSealed, 'household.bank_account');
    return { phone: shown('PHONE', phone, inFull), bankAccount: shown('BANK_ACCOUNT', bankAccount, false) };
  }

  /** The helpers of households during a year, as the form names them. */
  private async helpers(
    tx: ScopedTransaction,
    keys: readonly { householdId: string; year: number }[],
  ): Promise<ReadonlyMap<string, HelperOnPaper[]>> {
    const pairings = await readPairingsOfYears(tx, keys);
    const helpers = await readHelpers(tx, [...new Set(pairings.map(({ helperId }) => helperId))]);
    const units = await readUnits(tx, [...new Set(helpers.map(({ unitId }) => unitId))]);
    const lines = pairings.flatMap(({ householdId, helperId, startDate, endDate }) => {
      const helper = helpers.find(({ id }) => id === helperId);
      if (!helper) return [];
      const phone = this.personal.open(helper.phoneSealed, 'responsible_helper.phone')!;
      return [
        {
          householdId,
          name: helper.name,
          unit: units.find(({ id }) => id === helper.unitId)?.name ?? null,
          position: helper.position,
          phone: maskValue('PHONE', phone),
          startDate,
          endDate,
        },
      ];
    });
    return groupBy(lines, ({ householdId }) => householdId);
  }

  private async villages(
    tx: ScopedTransaction,
    year: number,
    villageCodes: readonly string[],
  ): Promise<FormView[]> {
    const keys = villageCodes.map((regionCode) => ({ regionCode, year }));
    const [records, figures, teams] = await Promise.all([
      readVillagesByCode(tx, keys),
      villageFigures(tx, keys),
      this.teams(tx, villageCodes, year),
    ]);
    return villageCodes.map((code, index) => {
      const record = records.find(({ regionCode }) => regionCode === code);
      if (!record) throw noData(year);
      return poorVillageForm({
        place: referenceNames().pathOf(code),
        record,
        figures: figures[index]!,
        team: teams.get(code) ?? [],
      });
    });
  }

  /** The members of the work teams that were stationed in villages in a year, by village. */
  private async teams(
    tx: ScopedTransaction,
    villageCodes: readonly string[],
    year: number,
  ): Promise<ReadonlyMap<string, TeamMemberOnPaper[]>> {
    const teams = await readTeamsOfVillages(
      tx,
      villageCodes.map((villageCode) => ({ villageCode, year })),
    );
    const members = await readTeamMembers(tx, [...new Set(teams.map(({ id }) => id))]);
    const [helpers, units] = await Promise.all([
      readHelpers(tx, [...new Set(members.flatMap(({ helperId }) => helperId ?? []))]),
      readUnits(tx, [...new Set(teams.map(({ dispatchUnitId }) => dispatchUnitId))]),
    ]);
    const lines = teams.flatMap((team) =>
      members
        .filter(({ teamId }) => teamId === team.id)
        .map((member) => {
          const person = helpers.find(({ id }) => id === member.helperId) ?? member;
          return {
            villageCode: team.villageCode,
            name: person.name ?? '',
            unit: units.find(({ id }) => id === team.dispatchUnitId)?.name ?? null,
            position: person.position,
            isLeader: member.isLeader,
            isFirstSecretary: member.isFirstSecretary,
            startDate: member.startDate,
            endDate: member.endDate,
          };
        }),
    );
    return groupBy(lines, ({ villageCode }) => villageCode);
  }

  private async naturalVillages(
    tx: ScopedTransaction,
    year: number,
    codes: readonly string[],
  ): Promise<FormView[]> {
    const records = await readRecordsByCode(
      tx,
      codes.map((code) => ({ code, year })),
    );
    const figures = await naturalVillageFigures(tx, records);
    return codes.map((wanted) => {
      const index = records.findIndex(({ code }) => code === wanted);
      const record = records[index];
      if (!record) throw noData(year);
      return naturalVillageForm({
        ...record,
        name: record.surveyName,
        place: referenceNames().pathOf(record.regionCode),
        poorHouseholds: figures[index]!,
      });
    });
  }
}

function shown(
  as: 'ID_NUMBER' | 'PHONE' | 'BANK_ACCOUNT',
  value: string | null,
  inFull: boolean,
): string | null {
  return value === null || inFull ? value : maskValue(as, value);
}

import { NATION_CODE } from '@junxian/administrative-region';
import type { ScopedTransaction } from '@junxian/persistence';
import { FUND_TYPE, type FundType } from '../fund-code-lists';
import { type Account, available, balance } from './account.rules';
import { arrangementShares } from './arrangements.service';
import { fromTenThousandths, toTenThousandths } from './ten-thousands.rules';

/** One region's money of one year and type. */
export interface AccountKey {
  regionCode: string;
  year: number;
  fundType: FundType;
}

/** A line of the balances 资金结余, 万元. */
export interface FundBalanceView extends AccountKey {
  carryIn: string;
  arrived: string;
  reallocated: string;
  arranged: string;
  available: string;
  spent: string;
  arrangedUnspent: string;
  balance: string;
}

/**
 * Until the transaction ends nobody else writes money or reports of this region and year, so that what is available
 * cannot be used twice. Lock order of every writer: region codes (`regions.hold`), survey years (`editableYear`), this
 * lock (one per transaction), then rows: allocation line, project.
 */
export async function lockAccounts(tx: ScopedTransaction, regionCode: string, year: number): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('junxian.funds:' || $1 || ':' || $2, 0))`, [
    regionCode,
    String(year),
  ]);
}

/** What stands on an account now. Call {@link lockAccounts} first where something follows from it. */
export async function readAccount(tx: ScopedTransaction, key: AccountKey): Promise<Account> {
  const [row] = await readAccounts(tx, key.regionCode, key.year, [key.fundType]);
  return accountOf(row!);
}

/**
 * The balances of a region and year, one line for each fund type of which there was any money. The nation is where money comes
 * from and has none.
 */
export async function readBalances(
  tx: ScopedTransaction,
  regionCode: string,
  year: number,
): Promise<FundBalanceView[]> {
  if (regionCode === NATION_CODE) return [];
  const rows = await readAccounts(tx, regionCode, year, FUND_TYPE.names);
  return rows
    .filter((row) => AMOUNTS.some((name) => toTenThousandths(row[name]) !== 0n))
    .map((row) => {
      const account = accountOf(row);
      const spent = toTenThousandths(row.spent);
      return {
        regionCode,
        year,
        fundType: FUND_TYPE.name(row.fundType),
        carryIn: row.carryIn,
        arrived: row.arrived,
        reallocated: row.reallocated,
        arranged: row.arranged,
        available: fromTenThousandths(available(account)),
        spent: row.spent,
        arrangedUnspent: fromTenThousandths(account.arranged - spent),
        balance: fromTenThousandths(balance(account, spent)),
      };
    });
}

const AMOUNTS = ['carryIn', 'arrived', 'reallocated', 'arranged', 'spent'] as const;

type AccountRow = Record<(typeof AMOUNTS)[number], string> & { fundType: string };

function accountOf(row: AccountRow): Account {
  return {
    carryIn: toTenThousandths(row.carryIn),
    arrived: toTenThousandths(row.arrived),
    reallocated: toTenThousandths(row.reallocated),
    arranged: toTenThousandths(row.arranged),
  };
}

function readAccounts(
  tx: ScopedTransaction,
  regionCode: string,
  year: number,
  fundTypes: readonly FundType[],
): Promise<AccountRow[]> {
  return tx.query<AccountRow>(
    `WITH ${arrangementShares('region_code = $1 AND year = $2')}, asked AS (SELECT * FROM unnest($3::text[]) AS asked (fund_type))
     SELECT fund_type AS "fundType",
       ${sumOf('fund_carry_in', 'region_code = $1')} AS "carryIn",
       ${sumOf('fund_arrival', 'region_code = $1')} AS arrived,
       ${sumOf('fund_allocation_line', 'from_region_code = $1 AND region_code <> $1')} AS reallocated,
       ${sumOf('fund_arrangement', 'region_code = $1')} AS arranged,
       (SELECT coalesce(sum(s.spent), 0)::numeric(16,4) FROM arrangement_share s
        WHERE s.region_code = $1 AND s.year = $2 AND s.fund_type = asked.fund_type) AS spent
     FROM asked ORDER BY fund_type`,
    [regionCode, year, fundTypes.map((type) => FUND_TYPE.code(type))],
  );
}

function sumOf(table: string, condition: string): string {
  return `(SELECT coalesce(sum(amount), 0)::numeric(16,4) FROM ${table} WHERE ${condition} AND year = $2 AND fund_type = asked.fund_type)`;
}

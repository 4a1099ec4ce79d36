import { fromTenThousandths, sumTenThousandths } from '../funds/ten-thousands.rules';
import type { DemoYear } from './demo-lives.rules';
import { allocationsOf, integratedLines, REPORTERS } from './demo-money.rules';
import { type DemoStage, on } from './demo-stage';

/** Allocates a year's money and lets it arrive. Returns the ids of the allocations. */
export async function playMoney(stage: DemoStage, year: DemoYear): Promise<string[]> {
  const { tx, services } = stage;
  const ids: string[] = [];
  for (const { lines, ...form } of allocationsOf(year)) {
    on(stage, form.issuedDate);
    const totalAmount = fromTenThousandths(sumTenThousandths(lines.map(({ amount }) => amount)));
    const id = await services.allocations.allocate(tx, {
      ...form,
      totalAmount,
      lines: lines.map(({ toRegion, amount }) => ({ toRegion, amount })),
    });
    ids.push(id);
    const made = await tx.query<{ id: string; regionCode: string }>(
      'SELECT id, region_code AS "regionCode" FROM fund_allocation_line WHERE fund_allocation_id = $1',
      [id],
    );
    for (const { toRegion, arrived } of lines) {
      await services.allocations.recordArrival(tx, {
        lineId: made.find(({ regionCode }) => regionCode === toRegion)!.id,
        amount: arrived,
        arrivedDate: form.issuedDate,
        voucherNo: '演示凭证',
      });
    }
  }
  return ids;
}

/** Reports integrated funds of a year. */
export async function playIntegratedFunds(stage: DemoStage, year: DemoYear): Promise<void> {
  const { tx, services } = stage;
  on(stage, `${year}-12-20`);
  for (const { regionCode, parts, isSubmitted } of REPORTERS) {
    const id = await services.integratedFunds.save(tx, {
      regionCode,
      year,
      period: 'Q4',
      lines: integratedLines(parts),
    });
    if (isSubmitted) await services.integratedFunds.submit(tx, id, 1);
  }
}

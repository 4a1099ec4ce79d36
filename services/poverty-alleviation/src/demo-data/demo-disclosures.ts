import { addDays } from '@junxian/calendar';
import { type Principal, servicePrincipal } from '@junxian/identity';
import type { DemoStage } from './demo-stage';
import { YUNZHOU } from './demo-villages';

const SHOWN_DAYS = 300;

/** Discloses a project with its beneficiaries and a fund allocation, today, so that there is something to read for a while. */
export async function playDisclosures(
  { tx, services, clock }: DemoStage,
  { projectId, allocationId }: { projectId: string; allocationId: string },
): Promise<void> {
  const endAt = addDays(clock.today(), SHOWN_DAYS);
  const discloser: Principal = {
    ...servicePrincipal('poverty-alleviation'),
    regionCode: YUNZHOU.code,
    regionLevel: 'COUNTY',
    roles: ['poverty-alleviation:MANAGER'],
  };
  await services.disclosures.publish(
    tx,
    {
      kind: 'PROJECT',
      refId: projectId,
      title: '演示：扶贫项目完工公示',
      content: '演示数据。项目已完工并通过验收，现予公示，欢迎监督。',
      endAt,
      listBeneficiaries: true,
    },
    discloser,
  );
  await services.disclosures.publish(
    tx,
    {
      kind: 'FUND',
      refId: allocationId,
      title: '演示：财政专项扶贫资金下达公示',
      content: '演示数据。资金下达情况现予公示，欢迎监督。',
      endAt,
    },
    discloser,
  );
}

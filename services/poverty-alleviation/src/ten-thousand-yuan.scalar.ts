import { numberAsText } from './decimal.scalar';

/** An amount in ten thousand yuan 万元 with up to four decimals. */
export const TenThousandYuanScalar = numberAsText(
  'TenThousandYuan',
  'An amount in ten thousand yuan is written as text, for example "500.0000"',
);

import { referenceNames } from '@junxian/administrative-region';
import type { Clock } from '@junxian/calendar';
import { type CheckedPrint, PRINT_CHECK_LIMIT, PrintCheck, verificationPage } from '@junxian/documents';
import type { Database, RateLimiter } from '@junxian/persistence';
import { scopes } from '../service-scopes';
import { PRINT_JOB_NAMES } from './print.rules';
import { type VerifiedPrint, verifiedPrint } from './prints.store';

/** Lets anybody check a print by the code on it. */
export class PrintVerifications {
  private readonly checks: PrintCheck<VerifiedPrint>;

  constructor(
    private readonly database: Database,
    limiter: RateLimiter,
    private readonly clock: Clock,
  ) {
    this.checks = new PrintCheck({ database, limiter, clock, find: verifiedPrint });
  }

  /**
   * What the code on a print stands for: kind, number, region, year, day and hash, nothing of what it says. Throws
   * RATE_LIMITED.
   */
  async verify(code: string, clientIp: string): Promise<CheckedPrint<VerifiedPrint>> {
    await this.forgetAttempts(this.clock.now());
    return this.checks.verify(code, clientIp);
  }

  /** The page that the QR code on a print opens. Throws RATE_LIMITED. */
  async page(code: string, clientIp: string): Promise<string> {
    const verified = await this.verify(code, clientIp);
    if (!verified.genuine) {
      return verificationPage({
        genuine: false,
        page: {
          heading: { zh: '没有找到该验证码对应的打印表', en: 'No print has this code' },
          advice: {
            zh: '请核对后重新输入；仍查不到的，请持打印表向打印单位核实。',
            en: 'No print has this code. Check it and try again, or take the paper to the office that printed it.',
          },
        },
      });
    }
    const { kind, number, regionCode, year, issuedOn, contentHash } = verified;
    const name = PRINT_JOB_NAMES[kind];
    return verificationPage({
      genuine: true,
      page: {
        heading: { zh: '该验证码对应的打印表真实存在', en: 'A form with this code was printed.' },
        facts: [
          { label: { zh: '表名', en: 'Form' }, value: name.zh, valueEn: name.en },
          { label: { zh: '编号', en: 'Number' }, value: number },
          {
            label: { zh: '所选区划', en: 'Region' },
            value: `${referenceNames().pathOf(regionCode)} ${regionCode}`,
          },
          { label: { zh: '数据年度', en: 'Year' }, value: String(year) },
          { label: { zh: '打印日期', en: 'Printed on' }, value: issuedOn },
          { label: { zh: '内容摘要', en: 'SHA-256' }, value: contentHash, isDigest: true },
        ],
        advice: {
          zh: '请逐项与纸质表核对：表名、编号、区划、年度以及页脚的内容摘要均应一致。核验只确认该表曾经打印；手工填写的内容不在核验之内。',
          en: 'Compare each line with the paper, the digest with the foot of its pages. This confirms only that the form was printed; what was filled in by hand is not covered.',
        },
      },
    });
  }

  /** Attempts that no window reaches any more are forgotten. */
  private async forgetAttempts(now: Date): Promise<void> {
    const before = new Date(now.getTime() - PRINT_CHECK_LIMIT.windowSeconds * 1000);
    await this.database.write(scopes.publicAttempts(), async (tx) => {
      tx.send('DELETE FROM public_attempt WHERE at <= $1', [before]);
    });
  }
}

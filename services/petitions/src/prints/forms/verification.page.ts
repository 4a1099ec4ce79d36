import { type CheckedPrint, verificationPage as pageOf } from '@junxian/documents';
import type { VerifiedPrint } from '../prints.store';
import { PRINT_NAMES } from './names';
import { chineseDate } from './words';

/** The page that the QR code on a print opens, in both languages. */
export function verificationPage(verified: CheckedPrint<VerifiedPrint>): string {
  if (!verified.genuine) {
    return pageOf({
      genuine: false,
      page: {
        heading: { zh: '没有找到该验证码对应的文书', en: 'No document has this code' },
        advice: {
          zh: '请核对后重新输入；仍查不到的，请持文书向制作机关核实。',
          en: 'No document has this code. Check it and try again, or take the paper to the organisation that is named on it.',
        },
      },
    });
  }
  const name = PRINT_NAMES[verified.kind];
  return pageOf({
    genuine: true,
    page: {
      heading: { zh: '该验证码对应的文书真实存在', en: 'A document with this code was issued.' },
      facts: [
        { label: { zh: '文种', en: 'Kind' }, value: name.zh, valueEn: name.en },
        { label: { zh: '文号', en: 'Number' }, value: verified.docNo },
        { label: { zh: '制作机关', en: 'Issued by' }, value: verified.organisation },
        { label: { zh: '日期', en: 'Date' }, value: chineseDate(verified.issuedOn) },
        { label: { zh: '内容摘要', en: 'SHA-256' }, value: verified.contentHash, isDigest: true },
      ],
      advice: {
        zh: '请逐项与纸质文书核对：文种、文号、制作机关、日期以及页脚的内容摘要均应一致。核验只确认该文书曾经签发；对正文有疑问的，请向制作机关核实。',
        en: 'Compare each line with the paper, the digest with the foot of its pages. This confirms only that the document was issued; if you doubt its text, ask the organisation that issued it.',
      },
    },
  });
}

export { pageHeaders } from './page-headers';
export { type CheckedPrint, PRINT_CHECK_LIMIT, PrintCheck } from './print-check';
export { PrintLinks, type PrintLinksOptions } from './print-links';
export { qrSvg } from './qr-svg';
export { contentHash, renderForm } from './render-form';
export { groupedCode } from './verification-code';
export {
  type UnknownPage,
  type VerifiedFact,
  type VerifiedPage,
  verificationPage,
} from './verification-page';

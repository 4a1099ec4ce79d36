export { pageHeaders } from './page-headers';
export { qrSvg } from './qr-svg';
export { contentHash, renderForm } from './render-form';
export { groupedCode, typedCode, verificationCode } from './verification-code';
export {
  type UnknownPage,
  type VerifiedFact,
  type VerifiedPage,
  verificationPage,
} from './verification-page';

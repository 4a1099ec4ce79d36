export { qrSvg } from './qr-svg';
export { contentHash, renderForm } from './render-form';
export { groupedCode, typedCode, verificationCode } from './verification-code';

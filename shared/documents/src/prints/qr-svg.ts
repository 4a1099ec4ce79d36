import { toString as drawQr } from 'qrcode';

/** A QR code of the text as an SVG element, drawn as one path, to be put into a page. Throws Error on a text too long for one. */
export function qrSvg(text: string): Promise<string> {
  return drawQr(text, { type: 'svg', errorCorrectionLevel: 'M', margin: 2 });
}

import { createHash, randomBytes } from 'node:crypto';
import { contentHash, groupedCode, qrSvg, renderForm } from './index';
import { typedCode, verificationCode } from './verification-code';

describe('printed forms', () => {
  it('are filled, with every person’s word escaped', () => {
    const html = renderForm(
      '<p title="{{title}}">{{#items}}<b>{{.}}</b>{{/items}}</p>{{> foot}}',
      { title: '"><script>', items: ['一', '<二>'], number: 7 },
      { foot: '<i>{{number}}</i>' },
    );
    expect(html).toBe('<p title="&quot;&gt;&lt;script&gt;"><b>一</b><b>&lt;二&gt;</b></p><i>7</i>');
  });

  it('are told by the hash of their content', () => {
    expect(contentHash('告知书')).toBe(createHash('sha256').update('告知书').digest('hex'));
    expect(contentHash('告知书 ')).not.toBe(contentHash('告知书'));
  });

  it('carry a QR code as one drawing without anything that runs', async () => {
    const svg = await qrSvg('http://127.0.0.1:4000/verify?code=7K3M9QRSTVWXYZ01');
    expect(svg).toMatch(/^<svg [^>]*viewBox[^>]*>.*<path .*<\/svg>\s*$/s);
    expect(svg).not.toMatch(/script|onload|href/i);
    expect(await qrSvg('a')).not.toBe(await qrSvg('b'));
  });
});

describe('verification codes', () => {
  it('are 16 characters made of all 80 bits, none of them ambiguous', () => {
    expect(verificationCode(Buffer.alloc(10, 0))).toBe('0000000000000000');
    expect(verificationCode(Buffer.alloc(10, 0xff))).toBe('ZZZZZZZZZZZZZZZZ');
    expect(verificationCode(Buffer.from('00000000000000000001', 'hex'))).toBe('0000000000000001');
    expect(verificationCode(Buffer.from('80000000000000000000', 'hex'))).toBe('G000000000000000');
    const codes = Array.from({ length: 500 }, () => verificationCode(randomBytes(16)));
    for (const code of codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{16}$/);
    expect(new Set(codes).size).toBe(500);
    expect(() => verificationCode(Buffer.alloc(9))).toThrow(RangeError);
  });

  it('are understood as people type them', () => {
    const code = '0123456789ABCDEF';
    expect(groupedCode(code)).toBe('0123-4567-89AB-CDEF');
    expect(typedCode(' o1i3-4567-89ab-cdef ')).toBe('0113456789ABCDEF');
    expect(typedCode('０１２３４５６７８９ＡＢＣＤＥＦ')).toBe(code);
    expect(typedCode(groupedCode(code))).toBe(code);
    for (const wrong of ['', '0123', `${code}0`, '0123456789ABCDEU', '0123456789ABCDE!']) {
      expect(typedCode(wrong)).toBeNull();
    }
  });
});

import { blindIndex, FieldCipher } from './field-cipher';

const key = (byte: number) => Buffer.alloc(32, byte);

describe('field cipher', () => {
  const cipher = new FieldCipher(new Map([[1, key(1)]]));

  it('opens what it sealed, and never seals twice alike', () => {
    const sealed = cipher.seal('11010519491231002X', 'member.id_number');
    expect(cipher.open(sealed, 'member.id_number')).toBe('11010519491231002X');
    expect(sealed).not.toContain('1101');
    expect(cipher.seal('11010519491231002X', 'member.id_number')).not.toBe(sealed);
  });

  it('never uses a nonce twice', () => {
    const nonces = Array.from({ length: 2_000 }, () => cipher.seal('x', 'p').slice(3, 19));
    expect(new Set(nonces).size).toBe(nonces.length);
  });

  it.each([
    ['another purpose', (sealed: string) => [sealed, 'account.phone'] as const],
    [
      'a changed ciphertext',
      (sealed: string) => [`${sealed.slice(0, -2)}${sealed.endsWith('AA') ? 'BB' : 'AA'}`, 'p'] as const,
    ],
    ['a cut tag', (sealed: string) => [sealed.slice(0, 20), 'p'] as const],
    ['an unknown version', (sealed: string) => [sealed.replace('v1.', 'v9.'), 'p'] as const],
    ['no seal at all', () => ['plain', 'p'] as const],
  ])('does not open %s', (_title, change) => {
    const [sealed, purpose] = change(cipher.seal('secret text', 'p'));
    expect(() => cipher.open(sealed, purpose)).toThrow();
  });

  it('seals with the newest key and still opens the older', () => {
    const old = cipher.seal('x', 'p');
    const rotated = FieldCipher.fromText(`1:${key(1).toString('base64')},2:${key(2).toString('base64')}`);
    expect(rotated.open(old, 'p')).toBe('x');
    const fresh = rotated.seal('x', 'p');
    expect(fresh.startsWith('v2.')).toBe(true);
    expect(() => cipher.open(fresh, 'p')).toThrow('no field key of version 2');
  });

  it('refuses a missing or short key', () => {
    expect(() => new FieldCipher(new Map())).toThrow(RangeError);
    expect(() => new FieldCipher(new Map([[1, Buffer.alloc(16)]]))).toThrow(RangeError);
  });

  it('finds by a keyed digest that differs by key and by kind', () => {
    const digest = blindIndex(key(1), 'phone', '13800000000');
    expect(digest).toBe(blindIndex(key(1), 'phone', '13800000000'));
    expect(digest).not.toBe(blindIndex(key(2), 'phone', '13800000000'));
    expect(digest).not.toBe(blindIndex(key(1), 'idNumber', '13800000000'));
    expect(digest).toHaveLength(43);
  });
});

import { decodeSearchCursor, encodeSearchCursor } from './search-cursor.rules';
import { gramsOf } from './search-grams.rules';
import { parseSearch, splitsOf } from './search-terms.rules';

describe('reading a search', () => {
  it.each([
    ['云州', [], { kind: 'NAME', text: '云州' }],
    [' 云州区 ', [], { kind: 'NAME', text: '云州区' }],
    ['YZQ', [], { kind: 'INITIALS', text: 'yzq' }],
    ['ｙｚｑ', [], { kind: 'INITIALS', text: 'yzq' }],
    ['140215', [], { kind: 'CODE', text: '140215' }],
    ['山西 大同 云州', ['山西', '大同'], { kind: 'NAME', text: '云州' }],
    ['山西省/大同市>云州区', ['山西省', '大同市'], { kind: 'NAME', text: '云州区' }],
    ['山西　大同，yzq', ['山西', '大同'], { kind: 'INITIALS', text: 'yzq' }],
    ['A区', [], { kind: 'NAME', text: 'A区' }],
  ])('%s', (text, path, term) => {
    expect(parseSearch(text)).toMatchObject({ path: path.map((each) => ({ text: each })), term });
  });

  it.each(['', '   ', '/', '村'.repeat(61), 'a b c d e f g'])('refuses %j', (text) => {
    expect(() => parseSearch(text)).toThrow('INVALID_INPUT');
  });

  it('splits a word into a place and the rest, the longest place first', () => {
    const splits = splitsOf({ kind: 'NAME', text: '大同云州' });
    expect(splits.map(({ rest }) => rest)).toEqual(['州', '云州']);
    expect(splits[1]!.candidates).toEqual(expect.arrayContaining(['大同', '大同市', '大同县']));
    expect(splitsOf({ kind: 'INITIALS', text: 'dtyz' })).toEqual([
      { candidates: expect.arrayContaining(['dt', 'dts']), rest: 'yz' },
    ]);
    expect(splitsOf({ kind: 'NAME', text: '大同' })).toEqual([]);
    expect(splitsOf({ kind: 'CODE', text: '140215' })).toEqual([]);
  });
});

describe('the pieces of a name that are indexed', () => {
  it('leaves out what nearly every name has', () => {
    expect(gramsOf('村民委员会')).toEqual([]);
    expect(gramsOf('㘵溪村委会')).toEqual(['㘵', '㘵溪', '溪村']);
    expect(gramsOf('')).toEqual([]);
  });

  it('holds the pieces of any part of the name', () => {
    const name = gramsOf('朔州市朔城区');
    for (const part of ['朔州', '州市', '市朔', '朔城区']) {
      expect(name).toEqual(expect.arrayContaining(gramsOf(part)));
    }
  });

  it('takes characters beyond the first plane whole', () => {
    expect(gramsOf('𠮷村')).toEqual(['𠮷', '𠮷村']);
  });
});

describe('cursors', () => {
  it('come back as they were given out', () => {
    const cursor = encodeSearchCursor({ tier: 1, level: 'COUNTY', code: '140215000000' });
    expect(decodeSearchCursor(cursor)).toEqual({ tier: 1, level: 3, code: '140215000000' });
    expect(encodeSearchCursor(undefined)).toBeNull();
    expect(decodeSearchCursor(null)).toBeNull();
  });

  it.each([
    'x',
    Buffer.from('[1,2]').toString('base64url'),
    Buffer.from('[99,2,"140215000000"]').toString('base64url'),
    Buffer.from('[1,2,"1"]').toString('base64url'),
  ])('refuses %s', (cursor) => {
    expect(() => decodeSearchCursor(cursor)).toThrow('INVALID_INPUT');
  });
});

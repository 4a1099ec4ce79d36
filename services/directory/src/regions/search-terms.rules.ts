import { refuse } from '@junxian/errors';

/** What one word of a search is compared with. */
export type TermKind = 'NAME' | 'INITIALS' | 'CODE';

export interface SearchTerm {
  kind: TermKind;
  text: string;
}

/** A search as typed: the places on the way down, and what is looked for inside the last of them. */
export interface ParsedSearch {
  path: SearchTerm[];
  term: SearchTerm;
}

const MAX_CHARACTERS = 60;
const MAX_WORDS = 6;

/**
 * Reads a search text: words separated by blanks or path signs, each a piece of a Chinese name, pinyin
 * initials, or the first digits of a code. Throws Refusal INVALID_INPUT for an empty or overlong text.
 */
export function parseSearch(input: string): ParsedSearch {
  const text = input.normalize('NFKC').trim();
  if ([...text].length > MAX_CHARACTERS) throw tooLong();
  const words = text.split(/[\s/\\>,、，。;；|]+/u).filter((word) => word !== '');
  if (words.length > MAX_WORDS) throw tooLong();
  const terms = words.map(termOf);
  const term = terms.pop();
  if (term === undefined) {
    throw refuse.invalid('text', {
      zh: '请输入区划名称、拼音首字母或代码',
      en: 'Enter a name, pinyin initials or the beginning of a code',
    });
  }
  return { path: terms, term };
}

function termOf(word: string): SearchTerm {
  if (/^\d{1,12}$/.test(word)) return { kind: 'CODE', text: word };
  const plain = word.replace(/['’·-]/g, '').toLowerCase();
  if (/^[a-z0-9]+$/.test(plain)) return { kind: 'INITIALS', text: plain };
  return { kind: 'NAME', text: word };
}

/** One way to read a word without blanks as a place followed by more: 大同 | 云州. */
export interface Split {
  /** What the place may be called in full, or its initials: 大同, 大同市, 大同县 … */
  candidates: string[];
  /** The text behind it. */
  rest: string;
}

const NAME_SUFFIXES = [
  '',
  '省',
  '市',
  '县',
  '区',
  '旗',
  '盟',
  '地区',
  '自治区',
  '自治州',
  '自治县',
  '镇',
  '乡',
  '街道',
];
const INITIAL_SUFFIXES = ['', 's', 'x', 'q', 'm', 'dq', 'zzq', 'zzz', 'zzx'];
const LONGEST_PLACE = 14;

/**
 * The ways to read a word as a place and a rest, the longest place first: people type
 * 山西省大同市云州区 or dtyz in one go. Codes are not split.
 */
export function splitsOf(term: SearchTerm): Split[] {
  if (term.kind === 'CODE') return [];
  const characters = [...term.text];
  const [suffixes, shortestRest] = term.kind === 'NAME' ? [NAME_SUFFIXES, 1] : [INITIAL_SUFFIXES, 2];
  const splits: Split[] = [];
  for (let length = Math.min(characters.length - shortestRest, LONGEST_PLACE); length >= 2; length--) {
    const place = characters.slice(0, length).join('');
    splits.push({
      candidates: suffixes.map((suffix) => place + suffix),
      rest: characters.slice(length).join(''),
    });
  }
  return splits;
}

function tooLong() {
  return refuse.invalid('text', {
    zh: `查询内容过长，请控制在 ${MAX_CHARACTERS} 字、${MAX_WORDS} 个词以内`,
    en: `The text is too long; use at most ${MAX_CHARACTERS} characters and ${MAX_WORDS} words`,
  });
}

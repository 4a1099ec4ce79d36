import { placeReadings } from '@junxian/administrative-region';
import { customPinyin, pinyin } from 'pinyin-pro';

customPinyin(placeReadings());

/** First letters of a Chinese name's pinyin, lower case, Latin letters and digits kept: 云州区 → yzq. */
export function pinyinInitials(name: string): string {
  return pinyin(name, { pattern: 'first', toneType: 'none', type: 'array', nonZh: 'consecutive' })
    .join('')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}

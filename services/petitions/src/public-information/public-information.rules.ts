import { ancestorsByCode } from '@junxian/administrative-region';
import { Refusal, refuse } from '@junxian/errors';
import type { Features } from '../features';
import { Faults } from '../texts.rules';

/** The pages of the guide 信访指南 (§2.12). */
export type GuideKind = 'REGULATION' | 'NOTES' | 'CITY_DEPARTMENTS' | 'PROVINCE_DEPARTMENTS';
/** Links out of the site (§2.11, §2.14). */
export type LinkKind = 'CITY_NAVIGATION' | 'GOVERNOR_MAILBOX';

const LIMITS = { title: 200, body: 20_000, content: 10_000, reply: 5_000, url: 500 } as const;

/** Whether a page is one of the department lists, which V1.0 had switched off. */
export function isDepartmentList(kind: GuideKind): boolean {
  return kind === 'CITY_DEPARTMENTS' || kind === 'PROVINCE_DEPARTMENTS';
}

/** Refuses what is switched off. Throws FEATURE_DISABLED. */
export function checkFeature(features: Features, feature: keyof Features): void {
  if (features[feature]) return;
  throw new Refusal(
    'FEATURE_DISABLED',
    {
      zh: '该功能尚未启用，请通过网上信访、来信或来访反映',
      en: 'This function is not in use; petition online, by letter or in person instead',
    },
    { httpStatus: 403 },
  );
}

/** Of pages of a region and those above it, the nearest one of each kind; of several the one changed last. */
export function nearestPages<Page extends { kind: GuideKind; regionCode: string; updatedAt: Date }>(
  regionCode: string,
  pages: readonly Page[],
): Page[] {
  const upwards = ancestorsByCode(regionCode).reverse();
  const rank = ({ regionCode: code }: Page) => upwards.indexOf(code);
  const nearest = new Map<GuideKind, Page>();
  for (const page of pages) {
    const best = nearest.get(page.kind);
    if (
      best === undefined ||
      rank(page) < rank(best) ||
      (rank(page) === rank(best) && page.updatedAt > best.updatedAt)
    )
      nearest.set(page.kind, page);
  }
  return [...nearest.values()];
}

/** Title and body of a page without the blanks around them. Throws FIELD_REQUIRED, INVALID_INPUT, all at once. */
export function checkedPage(input: { title: string; body: string }): { title: string; body: string } {
  const faults = new Faults();
  const checked = {
    title: faults.text('title', input.title, LIMITS.title),
    body: faults.text('body', input.body, LIMITS.body),
  };
  faults.throwIfAny();
  return checked;
}

/** Title and address of a link. Throws FIELD_REQUIRED, INVALID_INPUT (too long, or no http or https address), all at once. */
export function checkedLink(input: { title: string; url: string }): { title: string; url: string } {
  const faults = new Faults();
  const title = faults.text('title', input.title, LIMITS.title);
  const url = faults.text('url', input.url, LIMITS.url);
  if (url !== '' && !isWebAddress(url)) faults.add(noWebAddress());
  faults.throwIfAny();
  return { title, url };
}

/** Title and content of a suggestion 网上建议. Throws FIELD_REQUIRED, INVALID_INPUT, all at once. */
export function checkedSuggestion(input: { title: string; content: string }): {
  title: string;
  content: string;
} {
  const faults = new Faults();
  const checked = {
    title: faults.text('title', input.title, LIMITS.title),
    content: faults.text('content', input.content, LIMITS.content),
  };
  faults.throwIfAny();
  return checked;
}

/** The text of a reply. Throws FIELD_REQUIRED, INVALID_INPUT. */
export function checkedReply(text: string): string {
  const faults = new Faults();
  const reply = faults.text('reply', text, LIMITS.reply);
  faults.throwIfAny();
  return reply;
}

function isWebAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  // A name before the host makes a link look like another site's.
  return /^https?:\/\//.test(text) && /^https?:$/.test(protocol) && username === '' && password === '';
}

const noWebAddress = () =>
  refuse.invalid('url', {
    zh: '请填写以 http:// 或 https:// 开头的完整网址',
    en: 'Enter a full address that begins with http:// or https://',
  });

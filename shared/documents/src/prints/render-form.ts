import { createHash } from 'node:crypto';
import { render } from 'mustache';

/**
 * The HTML of a form: a mustache template filled with a view. `{{name}}` is escaped; only what the template
 * itself takes by `{{{name}}}` (an SVG of ours, never a person's words) is not. `partials` are templates it may
 * include by name.
 */
export function renderForm(
  template: string,
  view: object,
  partials: Readonly<Record<string, string>> = {},
): string {
  return render(template, view, { ...partials });
}

/** The hexadecimal SHA-256 of a rendered form: what a frozen print is told by later. */
export function contentHash(html: string): string {
  return createHash('sha256').update(html, 'utf8').digest('hex');
}

type TestBody = (() => void) | (() => Promise<void>);

const call = (title: string, body: TestBody, timeout?: number) =>
  it(title, body as jest.ProvidesCallback, timeout);

/**
 * A test that proves one or several rules of docs/requirements. `npm run rules` counts the ids, so
 * name only what the body proves.
 */
export function rule(ids: string | readonly string[], title: string, body: TestBody, timeout?: number): void {
  call(`[${typeof ids === 'string' ? ids : ids.join(' ')}] ${title}`, body, timeout);
}

/** A test that plays an acceptance scenario of a catalogue: `scenario('directory', 14, …)`. */
export function scenario(
  catalogue: string,
  number: number,
  title: string,
  body: TestBody,
  timeout?: number,
): void {
  call(`[${catalogue} scenario ${number}] ${title}`, body, timeout);
}

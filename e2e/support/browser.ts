import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const MISSING = `needs ${CHROMIUM}: apt-get install chromium fonts-noto-cjk`;
const isThere = existsSync(CHROMIUM);

/** Whether there is a browser to look with. The build machine must have one: there tests fail without it. */
export const looksWithBrowser = isThere || Boolean(process.env.CI);

/** Declares tests that look with a browser. Where none is needed nor there, they say why they did not run. */
export function browserSuite(name: string, tests: () => void): void {
  if (!looksWithBrowser) console.warn(`not run: ${name} (${MISSING})`);
  (looksWithBrowser ? describe : describe.skip)(isThere ? name : `${name} (${MISSING})`, tests);
}

/** Starts the browser. Throws Error where there is none. */
export async function launchBrowser(): Promise<Browser> {
  if (!isThere) throw new Error(`There is no browser: ${MISSING}`);
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}

/**
 * Collects what the browser tells of pages that are not in order: errors and warnings, scripts that fail, violations of
 * the content security policy, and whatever is fetched in vain or from elsewhere than `origin`.
 */
export async function watchFaults(context: BrowserContext, origin: string): Promise<string[]> {
  const faults: string[] = [];
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(`console: ${message.text()}`);
  });
  context.on('weberror', (error) => faults.push(`script: ${error.error().message}`));
  context.on('requestfailed', (request) => {
    // A page that is left gives up what it still waits for.
    const why = request.failure()?.errorText;
    if (why !== 'net::ERR_ABORTED') faults.push(`failed: ${request.url()} ${why}`);
  });
  context.on('request', (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (protocol !== 'data:' && asked !== origin) faults.push(`another host: ${request.url()}`);
  });
  await context.addInitScript(`document.addEventListener('securitypolicyviolation',
    ({ violatedDirective, blockedURI }) => console.error('CSP', violatedDirective, blockedURI))`);
  return faults;
}

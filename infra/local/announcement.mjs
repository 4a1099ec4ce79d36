// What a newcomer sees when the system is up: the address, who can sign in, a first question.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from '../tools/workspace.mjs';

const FIRST_ACCOUNT = 'yunzhou';
const FIRST_REGION = '140215000000';

/** Signs a demo account in. */
export const signInOperation = (loginName, password) =>
  `mutation { login(realm: POVERTY_ALLEVIATION, module: POVERTY_ALLEVIATION, channel: GOV_EXTRANET, loginName: "${loginName}", password: "${password}") { accessToken } }`;

/** One question that two services answer together. */
export const firstOperation = `{ region(code: "${FIRST_REGION}") { name path { name } povertySummary(year: 2017) { poor { households persons } } } }`;

const body = (query) => `'${JSON.stringify({ query })}'`;

function accountsTable(accounts) {
  const width = Math.max(...accounts.map((it) => it.loginName.length));
  const regionWidth = Math.max(...accounts.map((it) => it.region.length));
  return accounts.map(
    (it) => `  ${it.loginName.padEnd(width)}  ${it.region.padEnd(regionWidth)}  ${it.noteEn}  ${it.note}`,
  );
}

/**
 * @param {string} url of the gateway
 * @param {{ loginName: string, password: string, region: string, note: string, noteEn: string }[]} accounts
 */
export function announcementText(url, accounts) {
  const account = accounts.find((it) => it.loginName === FIRST_ACCOUNT) ?? accounts[0];
  const json = "-H 'content-type: application/json'";
  return [
    '',
    `Graph     ${url}`,
    // By name: the back office does not answer on an address (DI-LOG-09).
    `By hand   http://localhost:${new URL(url).port}/back-office`,
    `Accounts  password of all: ${account.password}`,
    ...accountsTable(accounts),
    '',
    'A first question, to be pasted into a shell:',
    `  TOKEN=$(curl -s ${url} ${json} -d ${body(signInOperation(account.loginName, account.password))} | sed 's/.*"accessToken":"\\([^"]*\\)".*/\\1/')`,
    `  curl -s ${url} ${json} -H "authorization: Bearer $TOKEN" -d ${body(firstOperation)}`,
    '',
  ].join('\n');
}

/** The text with the demo accounts of directory. */
export function announcement(url) {
  const require = createRequire(import.meta.url);
  const { demoAccountTable } = require(join(root, 'services/directory/dist/demo-data/demo-accounts.js'));
  return announcementText(url, demoAccountTable());
}

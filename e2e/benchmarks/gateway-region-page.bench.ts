import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Contest, type Operation } from '../../gateway/bench/contest';
import { enterAll } from '../../gateway/bench/public-query';
import { contestSettings } from '../../gateway/bench/settings';
import { Stage } from '../../gateway/bench/stage';
import { places } from '../support/demo';
import { startSystem } from '../support/system';
import { barsOf, finish, measured, profiled } from './gateway/figures';

/** What an officer of a county sees first: the region, what every service says about it, lists of each. */
const PAGE: Operation = {
  query: `query RegionPage($code: ID!, $from: Date!, $to: Date!, $year: Int!) {
    region(code: $code) {
      code name level path { code name }
      petitionSummary(from: $from, to: $to) { items persons online letters visits completed suppressed }
      povertySummary(year: $year) { ...Poverty }
      publishedCases(first: 5) { id title publishedAt region { code name } }
      children { code name level povertySummary(year: $year) { ...Poverty } }
    }
    organisations(filter: { regionCode: $code }, first: 20) {
      nodes { id kind sealName region { code name level } superior { id sealName } } hasNextPage
    }
    households(year: $year, region: $code, first: 20) {
      nodes {
        id householdNo identifiedYear fileStatus version
        region { code name parent { name petitionSummary(from: $from, to: $to) { items suppressed } } }
        record(year: $year) { village { name } members { personNo name sex idNumber } }
      }
      endCursor hasNextPage
    }
  }
  fragment Poverty on PovertySummary { year incidence poor { households persons } exited { households persons } }`,
  variables: { code: places.yunzhou, from: '2018-01-01', to: '2018-12-31', year: 2017 },
};

const ROLES = ['directory:ORG_ADMIN', 'poverty-alleviation:VIEWER', 'petitions:STATISTICIAN'];
const settings = contestSettings(process.env);

/**
 * A page over every service: the real ones answer each request once, with the demonstration data; from
 * then on their answers come from memory, since the gateway is what is measured.
 */
async function main(): Promise<void> {
  const system = await startSystem();
  const services = ['directory', 'petitions', 'poverty-alleviation'];
  try {
    const stage = await Stage.ofRunning(
      {
        origins: Object.fromEntries(services.map((name) => [name, `${system.process(name).origin}/graphql`])),
        caller: { principal: officerOfCounty(), key: gatewayKey(system.dataDir) },
      },
      join(system.dataDir, 'supergraph.graphql'),
    );
    const contest = new Contest(stage.canned, settings);
    try {
      const claims = { reg: places.yunzhou, lvl: 'COUNTY', roles: ROLES };
      await enterAll(contest, stage, [PAGE], claims);
      if (settings.profile !== null) return await profiled(contest, settings.profile, PAGE);
      barsOf('region page', await measured(contest, 'region page', PAGE), { alone: {} });
    } finally {
      contest.end();
      await stage.stop();
    }
  } finally {
    await system.stop();
  }
}

const officerOfCounty = () => ({
  kind: 'OFFICER' as const,
  accountId: randomUUID(),
  sessionId: randomUUID(),
  appointmentId: randomUUID(),
  organisationId: randomUUID(),
  regionCode: places.yunzhou,
  regionLevel: 'COUNTY' as const,
  roles: ROLES,
  operatorName: null,
  pending: false,
});

const gatewayKey = (dataDir: string) =>
  JSON.parse(readFileSync(join(dataDir, 'secrets', 'assertion_key_gateway.json'), 'utf8'));

finish(main());

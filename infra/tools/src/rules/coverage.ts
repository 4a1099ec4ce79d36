import type { Catalogue } from './catalogue';
import type { Claims } from './claims';

/** Which domains must be covered: wholly, or by the ids that are promised so far. */
export interface Promises {
  complete: string[];
  named: Record<string, string[]>;
}

export interface TestFile {
  file: string;
  claims: Claims;
}

export interface DomainCoverage {
  domain: string;
  promise: 'complete' | 'named' | 'none';
  rules: { covered: number; total: number };
  scenarios: { covered: number; total: number };
  /** Promised and not proved by any test. */
  missing: string[];
}

export interface Coverage {
  domains: DomainCoverage[];
  faults: string[];
}

/** Scenarios are proved against a real database or real processes. */
const SCENARIO_TIERS = /\.(db|access|e2e|kafka)\.test\.ts$/;

function faultsOf(catalogues: Catalogue[], files: TestFile[]): string[] {
  const known = new Set(catalogues.flatMap((it) => [...it.rules.keys()]));
  const byDomain = new Map(catalogues.map((it) => [it.domain, it]));
  return files.flatMap(({ file, claims }) => [
    ...claims.faults.map((it) => `${file}:${it.line} ${it.text}`),
    ...claims.rules
      .filter((it) => !known.has(it.id))
      .map((it) => `${file}:${it.line} names ${it.id}, which no catalogue has`),
    ...claims.scenarios.flatMap((it) => {
      if (!byDomain.get(it.domain)?.scenarios.has(it.number)) {
        return [`${file}:${it.line} names scenario ${it.domain} ${it.number}, which no catalogue has`];
      }
      return SCENARIO_TIERS.test(file)
        ? []
        : [`${file}:${it.line} proves a scenario in a unit test; it belongs to the db or e2e tier`];
    }),
  ]);
}

function promiseFaults(catalogues: Catalogue[], promises: Promises): string[] {
  const byDomain = new Map(catalogues.map((it) => [it.domain, it]));
  const named = Object.entries(promises.named);
  return [
    ...[...promises.complete, ...named.map(([domain]) => domain)]
      .filter((domain) => !byDomain.has(domain))
      .map((domain) => `rules.config.json names the domain ${domain}, which has no catalogue`),
    ...named.flatMap(([domain, ids]) =>
      ids
        .filter((id) => byDomain.has(domain) && !byDomain.get(domain)?.rules.has(id))
        .map((id) => `rules.config.json names ${id}, which ${domain} does not have`),
    ),
  ];
}

/** Compares what the catalogues ask, what is promised and what the tests claim. */
export function coverageOf(catalogues: Catalogue[], files: TestFile[], promises: Promises): Coverage {
  const proved = new Set(files.flatMap((it) => it.claims.rules.map((claim) => claim.id)));
  const played = new Set(
    files
      .filter((it) => SCENARIO_TIERS.test(it.file))
      .flatMap((it) => it.claims.scenarios.map((claim) => `${claim.domain} ${claim.number}`)),
  );
  const domains = catalogues.map((catalogue): DomainCoverage => {
    const { domain } = catalogue;
    const ids = [...catalogue.rules.keys()];
    const numbers = [...catalogue.scenarios.keys()];
    const complete = promises.complete.includes(domain);
    const named = promises.named[domain];
    const neededRules = complete ? ids : (named ?? []);
    const neededScenarios = complete ? numbers : [];
    const isPlayed = (number: number) => played.has(`${domain} ${number}`);
    return {
      domain,
      promise: complete ? 'complete' : named ? 'named' : 'none',
      rules: { covered: ids.filter((id) => proved.has(id)).length, total: ids.length },
      scenarios: { covered: numbers.filter(isPlayed).length, total: numbers.length },
      missing: [
        ...neededRules.filter((id) => !proved.has(id)),
        ...neededScenarios.filter((number) => !isPlayed(number)).map((number) => `scenario ${number}`),
      ],
    };
  });
  return { domains, faults: [...promiseFaults(catalogues, promises), ...faultsOf(catalogues, files)] };
}

/** The table that `npm run rules` prints. */
export function printCoverage({ domains, faults }: Coverage): string {
  const lines = ['domain                 rules      scenarios  promised   missing'];
  for (const it of domains) {
    const ratio = (part: { covered: number; total: number }) => `${part.covered}/${part.total}`.padEnd(11);
    const missing = it.promise === 'none' ? '-' : String(it.missing.length);
    lines.push(
      `${it.domain.padEnd(23)}${ratio(it.rules)}${ratio(it.scenarios)}${it.promise.padEnd(11)}${missing}`,
    );
  }
  for (const it of domains) {
    if (it.missing.length > 0) lines.push('', `${it.domain} lacks: ${it.missing.join(', ')}`);
  }
  if (faults.length > 0) lines.push('', ...faults);
  return lines.join('\n');
}

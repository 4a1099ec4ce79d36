import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../workspace';
import { parseCatalogue } from './catalogue';
import { claimsOf } from './claims';
import { coverageOf, printCoverage } from './coverage';

const markdown = `# Catalogue
| XX-OUT-01x | not an id |
### Rules
| ID | Rule | Source |
|---|---|---|
| XX-AB-01 | First. | a-Q1 |
| XX-AB-02 | Second, see XX-AB-01. | b |

1. not a scenario

## 7. Acceptance scenarios

1. **One.** first
2. **Two.** second
   1. detail

## 8. Later
1. not a scenario either
`;
const catalogue = parseCatalogue('example', markdown);

describe('reading a catalogue', () => {
  it('finds rule rows and the numbered scenarios, and nothing else', () => {
    expect([...catalogue.rules]).toEqual([
      ['XX-AB-01', 'First.'],
      ['XX-AB-02', 'Second, see XX-AB-01.'],
    ]);
    expect([...catalogue.scenarios.keys()]).toEqual([1, 2]);
  });

  it('refuses an id that stands twice and a gap in the numbers', () => {
    expect(() => parseCatalogue('x', '| XX-A-01 | a |\n| XX-A-01 | b |')).toThrow('stands twice');
    expect(() => parseCatalogue('x', '## Acceptance scenarios\n1. a\n3. b')).toThrow('where 2 belongs');
  });

  it('reads the real catalogues', () => {
    const read = (domain: string) =>
      parseCatalogue(domain, readFileSync(join(root, 'docs', 'requirements', `${domain}.md`), 'utf8'));
    const directory = read('directory');
    expect([...directory.rules.keys()].every((id) => id.startsWith('DI-'))).toBe(true);
    expect(directory.rules.size).toBe(54);
    expect(directory.scenarios.size).toBe(22);
    expect(read('poverty-alleviation').rules.has('PA-NI-01')).toBe(true);
  });
});

describe('reading a test file', () => {
  const read = (source: string) => claimsOf('a.db.test.ts', source);
  const ids = (source: string) => read(source).rules.map((it) => it.id);

  it('counts single ids, lists, tables and scenarios', () => {
    expect(ids(`rule('XX-AB-01', 'x', () => { expect(1).toBe(1); })`)).toEqual(['XX-AB-01']);
    expect(ids(`rule(['XX-AB-01', 'XX-AB-02'], 'x', async () => check())`)).toEqual(['XX-AB-01', 'XX-AB-02']);
    expect(ids(`rule.each([[1], [2]])('XX-AB-02', 'x', (n) => { check(n); })`)).toEqual(['XX-AB-02']);
    expect(
      read(`describe('d', () => { scenario('example', 2, 'x', async () => { f(); }); })`).scenarios,
    ).toEqual([{ domain: 'example', number: 2, line: 1 }]);
  });

  it('does not count comments, strings, skipped tests or other functions', () => {
    expect(ids(`// rule('XX-AB-01', 'x', () => { f(); })\nconst s = "rule('XX-AB-01')";`)).toEqual([]);
    expect(ids(`rule.skip('XX-AB-01', 'x', () => { f(); })`)).toEqual([]);
    expect(ids(`rule.todo('XX-AB-01', 'x')`)).toEqual([]);
    expect(ids(`describe.skip('d', () => { rule('XX-AB-01', 'x', () => { f(); }); })`)).toEqual([]);
    expect(ids(`ruler('XX-AB-01', 'x', () => { f(); })`)).toEqual([]);
  });

  it('finds fault with claims that cannot be counted or prove nothing', () => {
    expect(read(`rule(id, 'x', () => { f(); })`).faults).toHaveLength(1);
    expect(read(`rule('XX-AB-01', 'x', () => {})`).faults[0]?.text).toContain('no body');
    expect(read(`scenario(domain, 1, 'x', () => { f(); })`).faults).toHaveLength(1);
  });
});

describe('coverage', () => {
  const file = (name: string, source: string) => ({ file: name, claims: claimsOf(name, source) });
  const first = file(
    'a.db.test.ts',
    `rule('XX-AB-01', 'x', () => { f(); }); scenario('example', 1, 'x', () => { f(); })`,
  );
  const complete = { complete: ['example'], named: {} };

  it('names what a complete domain lacks', () => {
    const coverage = coverageOf([catalogue], [first], complete);
    expect(coverage.faults).toEqual([]);
    expect(coverage.domains[0]?.missing).toEqual(['XX-AB-02', 'scenario 2']);
    expect(printCoverage(coverage)).toContain('example lacks: XX-AB-02, scenario 2');
  });

  it('asks only for the named ids of a domain in progress', () => {
    const named = (id: string) =>
      coverageOf([catalogue], [first], { complete: [], named: { example: [id] } });
    expect(named('XX-AB-01').domains[0]?.missing).toEqual([]);
    expect(named('XX-AB-02').domains[0]?.missing).toEqual(['XX-AB-02']);
    expect(named('XX-AB-09').faults[0]).toContain('XX-AB-09');
  });

  it('refuses unknown ids, unknown scenarios and scenarios in unit tests', () => {
    const faults = (name: string, source: string) =>
      coverageOf([catalogue], [file(name, source)], complete).faults;
    expect(faults('a.unit.test.ts', `rule('XX-AB-77', 'x', () => { f(); })`)[0]).toContain('XX-AB-77');
    expect(faults('a.db.test.ts', `scenario('example', 3, 'x', () => { f(); })`)[0]).toContain('example 3');
    expect(faults('a.unit.test.ts', `scenario('example', 1, 'x', () => { f(); })`)[0]).toContain('unit test');
  });

  it('does not take a scenario of a unit test as played', () => {
    const unit = file('a.unit.test.ts', `scenario('example', 1, 'x', () => { f(); })`);
    expect(coverageOf([catalogue], [unit], complete).domains[0]?.missing).toContain('scenario 1');
  });
});

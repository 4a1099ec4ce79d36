/** What a requirement catalogue asks for: rules by id, acceptance scenarios by number. */
export interface Catalogue {
  domain: string;
  rules: ReadonlyMap<string, string>;
  scenarios: ReadonlyMap<number, string>;
}

const RULE_ROW = /^\|\s*([A-Z]{2,}(?:-[A-Z0-9]+)+-\d{2,})\s*\|\s*(.*?)\s*(?:\||$)/;
const HEADING = /^(#+)\s+(.*)$/;
const NUMBERED = /^(\d+)\.\s+(.*)$/;

/**
 * Reads a catalogue of docs/requirements: the table rows that begin with a rule id, and the numbered list under
 * the heading "Acceptance scenarios".
 * @throws Error when an id or a number stands twice, or the scenarios are not numbered 1, 2, 3 …
 */
export function parseCatalogue(domain: string, markdown: string): Catalogue {
  const rules = new Map<string, string>();
  const scenarios = new Map<number, string>();
  let inScenarios = false;
  let depth = 0;
  for (const line of markdown.split(/\r?\n/)) {
    const heading = HEADING.exec(line);
    if (heading) {
      const [, marks = '', title = ''] = heading;
      if (/acceptance scenarios/i.test(title)) {
        inScenarios = true;
        depth = marks.length;
      } else if (inScenarios && marks.length <= depth) {
        inScenarios = false;
      }
      continue;
    }
    const row = RULE_ROW.exec(line);
    if (row) {
      const [, id = '', text = ''] = row;
      if (rules.has(id)) throw new Error(`${domain}: rule ${id} stands twice`);
      rules.set(id, text);
      continue;
    }
    const item = inScenarios ? NUMBERED.exec(line) : null;
    if (item) {
      const number = Number(item[1]);
      if (number !== scenarios.size + 1) {
        throw new Error(`${domain}: scenario ${number} stands where ${scenarios.size + 1} belongs`);
      }
      scenarios.set(number, item[2] ?? '');
    }
  }
  return { domain, rules, scenarios };
}

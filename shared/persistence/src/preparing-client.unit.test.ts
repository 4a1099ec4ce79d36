import { PLANNED_EACH_TIME, StatementNames } from './preparing-client';

/** The names of the first `times` sendings of a text. */
const sent = (names: StatementNames, text: string, times: number) =>
  Array.from({ length: times }, () => names.of(text));

describe('names of prepared statements', () => {
  it('what comes the third time is prepared, and keeps its name', () => {
    const names = new StatementNames();
    const given = sent(names, 'SELECT $1', 6);
    expect(given.slice(0, 2)).toEqual([undefined, undefined]);
    expect(given[2]).toMatch(/^junxian_\d+$/);
    expect(new Set(given.slice(2)).size).toBe(1);
    expect(names.of('SELECT $1')).toBe(given[2]);
  });

  it('two texts never share a name', () => {
    const names = new StatementNames();
    const given = ['SELECT $1', 'SELECT  $1', 'SELECT $2'].map((text) => sent(names, text, 3)[2]);
    expect(new Set(given).size).toBe(3);
  });

  it('what is marked to be planned each time has no name, however often it comes', () => {
    expect(sent(new StatementNames(), `${PLANNED_EACH_TIME} SELECT $1`, 9)).toEqual(Array(9).fill(undefined));
  });

  it('no more than 500 are prepared, and those are prepared still', () => {
    const names = new StatementNames();
    const given = Array.from({ length: 600 }, (_, n) => sent(names, `SELECT ${n} + $1`, 3)[2]);
    expect(given.filter((name) => name !== undefined)).toHaveLength(500);
    expect(names.of('SELECT 7 + $1')).toBe(given[7]);
    expect(names.of('SELECT 599 + $1')).toBeUndefined();
  });

  it('texts made up as they go are forgotten: neither prepared nor in the way of one that comes again', () => {
    const names = new StatementNames();
    expect(sent(names, 'SELECT $1', 2)).toEqual([undefined, undefined]);
    for (let n = 0; n < 6_000; n += 1) names.of(`SELECT ${n} + $1`);
    expect(sent(names, 'SELECT $1', 2)).toEqual([undefined, undefined]);
    expect(names.of('SELECT $1')).toBeDefined();
  });

  it('only the chosen texts have names where some are chosen', () => {
    const names = new StatementNames(new Set(['SELECT $1']));
    expect(sent(names, 'SELECT $2', 9)).toEqual(Array(9).fill(undefined));
    expect(sent(names, 'SELECT $1', 3)[2]).toBeDefined();
  });

  it('a renewed text has a name that was never given; a text without a name gets none by it', () => {
    const names = new StatementNames();
    const [first, second] = ['SELECT $1', 'SELECT $2'].map((text) => sent(names, text, 3)[2]);
    names.renew('SELECT $1');
    names.renew('SELECT $3');
    expect([first, second, undefined]).not.toContain(names.of('SELECT $1'));
    expect(names.of('SELECT $2')).toBe(second);
    expect(names.of('SELECT $3')).toBeUndefined();
  });
});

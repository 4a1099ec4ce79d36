import { parse, validate } from 'graphql';
import { evaluateWith } from '../before-build/run-module';
import { presentText } from '../written-file';
import { apiSchemaOf } from './compose';

interface Announcement {
  operations: string[];
  text: string;
}

const { operations, text } = evaluateWith<Announcement>(
  'local/announcement.mjs',
  `(() => {
    const account = { loginName: 'yunzhou', password: 'secret-1', region: '140215000000', note: '云州区', noteEn: 'Yunzhou' };
    return {
      operations: [it.signInOperation('yunzhou', 'secret-1'), it.firstOperation],
      text: it.announcementText('http://127.0.0.1:4000/graphql', [account]),
    };
  })()`,
);

it('the operations that the launcher prints are valid in the committed graph', () => {
  const schema = apiSchemaOf(presentText('gateway/supergraph.graphql') ?? '');
  for (const operation of operations) expect(validate(schema, parse(operation))).toEqual([]);
});

it('the first question is one that two services answer', () => {
  const sdl = presentText('gateway/supergraph.graphql') ?? '';
  const region = sdl.slice(sdl.indexOf('\ntype Region\n'));
  expect(region.slice(0, region.indexOf('{'))).toMatch(/DIRECTORY[\s\S]*POVERTY_ALLEVIATION/);
});

it('the launcher prints them ready for a shell, with an account and its password', () => {
  for (const operation of operations) expect(text).toContain(JSON.stringify({ query: operation }));
  expect(text).toMatch(/yunzhou +140215000000 +Yunzhou +云州区/);
  expect(text).toContain('secret-1');
});

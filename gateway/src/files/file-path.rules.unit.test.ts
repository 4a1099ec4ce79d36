import { servicePath } from './file-path.rules';

it.each([
  ['uploads/abc.DEF-1_2.x', '/files/uploads/abc.DEF-1_2.x'],
  ['exports/a/b', '/files/exports/a/b'],
])('lets %s through', (rest, path) => expect(servicePath(rest)).toBe(path));

it.each([
  '',
  '/',
  '..',
  '.',
  '../internal/revocations',
  'uploads/../../graphql',
  'uploads/./x',
  'uploads//x',
  'uploads/',
  'uploads/.hidden',
  'uploads\\..\\x',
  'uploads/a%2e',
  'uploads/a?b',
  'uploads/a#b',
  'uploads/a b',
  'uploads/a@b:80',
  'uploads/文件',
  'uploads/a\r\nx: y',
])('lets nothing else through: %j', (rest) => expect(servicePath(rest)).toBeNull());

it('lets nothing through that is longer than any token', () => {
  expect(servicePath(`uploads/${'a'.repeat(8_000)}`)).not.toBeNull();
  expect(servicePath(`uploads/${'a'.repeat(9_000)}`)).toBeNull();
});

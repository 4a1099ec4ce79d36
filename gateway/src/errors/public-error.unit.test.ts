import { GraphQLError } from 'graphql';
import { formatError } from './format-error';
import { internalError, localeOf, PublicError } from './public-error';

it.each([
  [undefined, 'zh'],
  ['', 'zh'],
  ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
  ['en-US,en;q=0.9,zh-CN;q=0.8', 'en'],
  ['en;q=0.3, zh;q=0.9', 'zh'],
  ['fr-FR, en;q=0.5', 'en'],
  ['fr', 'zh'],
  ['*', 'zh'],
  ['en;q=x', 'zh'],
])('Accept-Language %j is %s', (header, expected) => {
  expect(localeOf(header)).toBe(expected);
});

describe('the last gate', () => {
  const masked: unknown[] = [];
  const format = formatError(true, (error) => masked.push(error));
  const pass = (error: GraphQLError) =>
    format({ ...error.toJSON(), extensions: { code: 'INTERNAL_SERVER_ERROR', ...error.extensions } }, error);

  it('lets through what was worded for the caller', () => {
    const error = new PublicError('单位已登记', { code: 'ORGANISATION_EXISTS', field: 'sealName' });
    expect(pass(error)).toEqual({
      message: '单位已登记',
      extensions: { code: 'ORGANISATION_EXISTS', field: 'sealName' },
    });
  });

  it.each([
    ['Cannot query field "nam" on type "A". Did you mean "name"?', 'Cannot query field "nam" on type "A".'],
    [
      'Cannot query field "x" on type "A". Did you mean "y", "z", or "w"?',
      'Cannot query field "x" on type "A".',
    ],
    [
      'Value "CITI" does not exist in "Level" enum. Did you mean the enum value "CITY" or "COUNTY"?',
      'Value "CITI" does not exist in "Level" enum.',
    ],
    ['Syntax Error: Expected Name, found <EOF>.', 'Syntax Error: Expected Name, found <EOF>.'],
  ])('keeps what is said about the request, without names of the schema: %s', (message, expected) => {
    const error = new GraphQLError(message, {
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED', secret: 'x' },
    });
    expect(pass(error)).toEqual({ message: expected, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
  });

  it('masks everything else and reports it', () => {
    masked.length = 0;
    const error = new GraphQLError('password=abc at db:5432', {
      extensions: { serviceName: 'directory', stacktrace: ['x'] },
    });
    expect(pass(error)).toEqual({
      message: internalError('zh', 'x').message,
      extensions: { code: 'INTERNAL', requestId: 'unknown' },
    });
    expect(masked).toEqual([error]);
  });
});

import { readOutsideIssuers } from './outside-issuers';

const issuer = {
  issuer: 'https://login.example',
  jwksUri: 'https://login.example/keys',
  audience: 'junxian',
  claims: { accountId: 'sub', regionCode: 'region', regionLevel: 'level', roles: 'groups' },
  allowedRoles: ['directory:AUDITOR'],
  within: { regionCode: '140000000000', regionLevel: 'PROVINCE' },
};

it('reads a whole list', () => {
  expect(readOutsideIssuers([issuer])).toEqual([issuer]);
});

it.each<[unknown, string]>([
  [{}, 'not a list'],
  [[null], 'issuer is missing'],
  [[{ ...issuer, audience: undefined }], 'audience is missing'],
  [[{ ...issuer, jwksUri: 'keys' }], 'jwksUri is no URL'],
  [[{ ...issuer, issuer: 'junxian-directory' }], 'directory is not'],
  [[{ ...issuer, claims: { ...issuer.claims, roles: undefined } }], 'claims.roles'],
  [[{ ...issuer, allowedRoles: undefined }], 'allowedRoles'],
  [[{ ...issuer, allowedRoles: ['*'] }], 'allowedRoles'],
  [[{ ...issuer, within: undefined }], 'within'],
  [[{ ...issuer, within: { regionCode: '14', regionLevel: 'PROVINCE' } }], 'within'],
  [[issuer, issuer], 'twice'],
])('refuses %j: %s', (json, fault) => {
  expect(() => readOutsideIssuers(json)).toThrow(fault);
});

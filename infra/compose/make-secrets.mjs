// Makes the secrets that compose.yaml mounts: `node infra/compose/make-secrets.mjs [folder]`. What exists is kept.
// The folder is closed to others; the files themselves are readable, since a container reads them as another user.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SecretFolder } from '../local/secrets.mjs';
import { bootstrap } from '../tools/bootstrap.mjs';
import { root, serviceNames } from '../tools/workspace.mjs';

const FILE_MODE = 0o444;

/** The script by which a fresh PostgreSQL gets a service's roles and database; psql runs it once. */
function provisioningScript(service, passwords) {
  const require = createRequire(join(root, 'infra', 'local', 'package.json'));
  const provisioning = require('@junxian/persistence/dist/provisioning.js');
  const end = (statements) => statements.map((statement) => `${statement};`);
  return `${[
    '\\set ON_ERROR_STOP on',
    ...end(provisioning.roleStatements(service, passwords)),
    ...end([provisioning.createDatabaseStatement(service)]),
    `\\connect ${provisioning.databaseName(service)}`,
    ...end(provisioning.databaseStatements(service)),
  ].join('\n')}\n`;
}

/** Makes every secret that is missing in the folder. Needs the build of @junxian/persistence. */
export function makeSecrets(folder) {
  const secrets = new SecretFolder(folder, FILE_MODE);
  secrets.assertionKeys(['gateway', ...serviceNames()]);
  secrets.key('citizen_id_key.txt');
  secrets.key('directory_audit_key.txt');
  secrets.key('petitions_file_link_key.txt');
  secrets.key('poverty_alleviation_file_link_key.txt');
  // A stand-in until the real interface gives one out.
  secrets.password('identity_check_token.txt');
  for (const service of serviceNames()) {
    const name = service.replaceAll('-', '_');
    secrets.fieldKeys(`${name}_field_keys.txt`);
    secrets.key(`${name}_blind_index_key.txt`);
    secrets.password(`${name}_postgres_password.txt`);
    const passwords = {
      app: secrets.password(`${name}_app_password.txt`),
      migrator: secrets.password(`${name}_migrator_password.txt`),
    };
    const url = (role) => `postgresql://${name}_${role}:${passwords[role]}@${service}-db:5432/${name}`;
    secrets.write(`${name}_database_url.txt`, url('app'));
    secrets.write(`${name}_migration_database_url.txt`, url('migrator'));
    secrets.write(`${name}_provisioning.sql`, provisioningScript(service, passwords));
  }
  return folder;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bootstrap();
  const folder = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), 'secrets');
  console.log(`secrets are in ${makeSecrets(folder)}`);
}

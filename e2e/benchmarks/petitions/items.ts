import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dateInShanghai } from '@junxian/calendar';
import { blindIndex, citizenIdOf, FieldCipher } from '@junxian/identity';
import { openDatabase } from '@junxian/persistence';
import { Client } from 'pg';
import type { Places } from '../../../services/petitions/bench/places';
import { recountedSample } from '../../../services/petitions/bench/recounted-sample';
import { seedCases } from '../../../services/petitions/bench/seed-cases';
import type { SeedingClient } from '../../../services/petitions/bench/seed-organisations';
import { citizenNumber } from '../../support/demo';
import type { System } from '../../support/system';

const SURNAMES = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗';
const GIVEN = '伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平';

/** The person number `n`: 400 names by two characters more, so that names repeat as they do. */
export const personName = (n: number) =>
  `${SURNAMES[n % 20]}${GIVEN[Math.floor(n / 20) % 20]}${GIVEN[Math.floor(n / 400) % 20]}`;
export const personNumber = (n: number) =>
  citizenNumber(
    n % 1000,
    `19${40 + (Math.floor(n / 1000) % 60)}0${1 + (Math.floor(n / 60_000) % 9)}15`,
    '370102',
  );

/** Fills petitions with so many items; each person petitions five times. */
export async function seedItems(system: System, places: Places, count: number): Promise<void> {
  const secret = (name: string) => readFileSync(join(system.dataDir, 'secrets', name), 'utf8').trim();
  const cipher = FieldCipher.fromText(secret('petitions_field_keys'));
  const indexKey = Buffer.from(secret('petitions_blind_index_key'), 'base64');
  const citizenKey = Buffer.from(secret('citizen_id_key'), 'base64');
  const persons = Array.from({ length: Math.ceil(count / 5) }, (_, n) => {
    const number = personNumber(n);
    const mobile = `138${String(n).padStart(8, '0')}`;
    return {
      name: personName(n),
      citizenId: citizenIdOf(number, citizenKey),
      idSealed: cipher.seal(number, 'petitioner.id_number'),
      idIndex: blindIndex(indexKey, 'idNumber', number),
      mobileSealed: cipher.seal(mobile, 'petitioner.mobile'),
      mobileIndex: blindIndex(indexKey, 'mobile', mobile),
    };
  });
  const { port } = JSON.parse(readFileSync(join(system.dataDir, 'run.json'), 'utf8')).postgres;
  const second = new Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password: secret('postgres_password'),
    database: 'petitions',
  });
  await second.connect();
  await seedCases(clientOf(system), places, {
    count,
    today: dateInShanghai(new Date()),
    persons,
    querySealed: cipher.seal('BENCHBEN', 'case_item.query_code'),
    second: { adminQuery: async (sql, parameters = []) => (await second.query(sql, [...parameters])).rows },
    tell: console.log,
  }).finally(() => second.end());
}

/** {@link recountedSample} in a running system. */
export async function recountedSampleOf(system: System, items: number): Promise<number> {
  const { port } = JSON.parse(readFileSync(join(system.dataDir, 'run.json'), 'utf8')).postgres;
  const password = readFileSync(join(system.dataDir, 'secrets', 'petitions_app_password'), 'utf8').trim();
  const database = await openDatabase({
    name: 'bench',
    url: `postgresql://petitions_app:${password}@127.0.0.1:${port}/petitions`,
    entities: [],
    poolSize: 1,
  });
  try {
    return await recountedSample(clientOf(system), database, items);
  } finally {
    await database.close();
  }
}

/** Plain SQL in the petitions database of a system. */
const clientOf = (system: System): SeedingClient => ({
  adminQuery: (sql, parameters = []) => system.adminQuery('petitions', sql, [...parameters]),
});

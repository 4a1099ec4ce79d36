import { openStore } from '../testing/store.support.test';
import { loadDemoData } from './demo-data.service';

it('x', async () => {
  const store = await openStore();
  const stat = new Map<string, { n: number; ms: number }>();
  const write = store.database.write.bind(store.database);
  (store.database as any).write = (scope: any, work: any) =>
    write(scope, (tx: any) => {
      const q = tx.query.bind(tx);
      tx.query = async (sql: string, p: any) => {
        const t = performance.now();
        const r = await q(sql, p);
        const key = sql.replace(/\s+/g, ' ').slice(0, 90);
        const s = stat.get(key) ?? { n: 0, ms: 0 };
        s.n++; s.ms += performance.now() - t; stat.set(key, s);
        return r;
      };
      return work(tx);
    });
  const t = Date.now(); const c = process.cpuUsage();
  await loadDemoData(store.database, store.services, store.clock);
  const u = process.cpuUsage(c);
  let total = 0, n = 0; for (const s of stat.values()) { total += s.ms; n += s.n; }
  console.log('ms', Date.now() - t, 'cpu', u.user / 1000, 'sql ms', total, 'n', n);
  console.log([...stat].sort((a, b) => b[1].ms - a[1].ms).slice(0, 30).map(([k, s]) => `${Math.round(s.ms)} ${s.n} ${(s.ms / s.n).toFixed(2)} ${k}`).join('\n'));
  await store.close();
}, 200000);

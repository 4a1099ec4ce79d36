import { type Stage, signInStage } from './sign-in.fixture';
let stage: Stage;
beforeAll(async () => { stage = await signInStage(); });
afterAll(() => stage.close());
it('timing', async () => {
  await stage.account({ name: '13812345678', organisation: 'branch', kind: 'PERSON' });
  const out: Record<string, number[]> = {};
  const time = async (key: string, work: () => Promise<unknown>) => {
    const t = process.hrtime.bigint();
    await work().catch(() => null);
    (out[key] ??= []).push(Number(process.hrtime.bigint() - t) / 1e6);
  };
  for (let i = 0; i < 200; i++) {
    if (i % 4 === 0) { await stage.test.adminQuery('DELETE FROM login_state');
    await stage.test.adminQuery('DELETE FROM login_attempt'); }
    await time('login known', () => stage.login({ realm: 'PARTY', module: 'PARTY_APP', loginName: '13812345678', password: 'Wrong-123' }));
    await time('login unknown', () => stage.login({ realm: 'PARTY', module: 'PARTY_APP', loginName: '13912345678', password: 'Wrong-123' }));
  }
  console.log(Object.entries(out).map(([k, v]) => { v.sort((a, b) => a - b); return `${k}: median ${v[100]!.toFixed(2)} p10 ${v[20]!.toFixed(2)}`; }).join('\n'));
}, 120000);

export default async function teardown() {
  await globalThis.__JUNXIAN_TEST_POSTGRES__?.stop();
}

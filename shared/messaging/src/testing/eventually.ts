/** For tests: waits until a condition holds; fails with the given account of the state when it does not come to hold. */
export async function eventually(
  holds: () => boolean | Promise<boolean>,
  state: () => unknown = () => '',
  milliseconds = 20_000,
): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (!(await holds())) {
    if (Date.now() > deadline) {
      throw new Error(`${milliseconds} ms have passed, still: ${JSON.stringify(state())}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

import { evaluateWith } from './run-module';

const fault = (version: string) =>
  evaluateWith<string | null>('tools/bootstrap.mjs', `it.nodeVersionFault(${JSON.stringify(version)})`);

it.each(['v20.19.0', 'v20.20.2', 'v22.0.0', 'v24.1.0'])('runs on Node %s', (version) => {
  expect(fault(version)).toBeNull();
});

it.each(['v20.18.9', 'v18.20.0', 'v6.0.0'])('says on Node %s what to do', (version) => {
  expect(fault(version)).toMatch(new RegExp(`needs Node 20\\.19 or newer; this is ${version}\\. Install`));
});

describe('the figures of a tier', () => {
  const figures = (report: object | null, exitCode: number | null) =>
    evaluateWith('tools/jest-run.mjs', `it.figuresOf(${JSON.stringify(report)}, ${exitCode})`);
  const report = (passed: number, failed: number, broken: number) => ({
    numPassedTests: passed,
    numFailedTests: failed,
    numRuntimeErrorTestSuites: broken,
  });

  it('are those of jest', () => {
    expect(figures(report(7, 0, 0), 0)).toEqual({ passed: 7, failed: 0 });
    expect(figures(report(7, 2, 0), 1)).toEqual({ passed: 7, failed: 2 });
  });

  it('count a suite that could not be loaded, a run without a report and a failure that jest counts nowhere', () => {
    expect(figures(report(7, 0, 1), 1)).toEqual({ passed: 7, failed: 1 });
    expect(figures(null, 1)).toEqual({ passed: 0, failed: 1 });
    expect(figures(report(7, 0, 0), 1)).toEqual({ passed: 7, failed: 1 });
  });
});

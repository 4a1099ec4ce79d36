import { Circuit } from './circuit';

const options = { failures: 3, coolDownMilliseconds: 1_000 };

it('fails fast after failures in a row, tries once after the cool-down, and recovers by a success', () => {
  const circuit = new Circuit(options);
  for (const now of [0, 1, 2]) {
    expect(circuit.mayCall(now)).toBe(true);
    circuit.failed(now);
  }
  expect(circuit.mayCall(3)).toBe(false);
  expect(circuit.isOpen(1_001)).toBe(true);
  expect(circuit.mayCall(1_001)).toBe(false);
  expect(circuit.mayCall(1_002)).toBe(true);
  expect(circuit.mayCall(1_002)).toBe(false);
  circuit.failed(1_002);
  expect(circuit.mayCall(1_500)).toBe(false);
  expect(circuit.mayCall(2_002)).toBe(true);
  circuit.succeeded();
  expect(circuit.mayCall(2_003)).toBe(true);
  expect(circuit.mayCall(2_003)).toBe(true);
  expect(circuit.isOpen(2_003)).toBe(false);
});

it('failures that are not in a row do not count', () => {
  const circuit = new Circuit(options);
  for (let now = 0; now < 20; now += 1) {
    expect(circuit.mayCall(now)).toBe(true);
    if (now % 3 === 2) circuit.succeeded();
    else circuit.failed(now);
  }
});

it('a trial that was abandoned lets the next one try', () => {
  const circuit = new Circuit(options);
  for (const now of [0, 1, 2]) circuit.failed(now);
  expect(circuit.mayCall(1_002)).toBe(true);
  circuit.abandoned();
  expect(circuit.mayCall(1_003)).toBe(true);
});

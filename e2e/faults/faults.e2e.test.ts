import { faultSuite } from './faults.suite';

describe('faults, events on the embedded log', () =>
  faultSuite(() => ({ EVENTS_TRANSPORT: 'postgres' }), { longWork: true }));

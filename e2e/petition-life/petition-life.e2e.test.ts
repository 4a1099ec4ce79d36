import { petitionLife } from './life.suite';

describe('the life of a petition, events on the embedded log', () =>
  petitionLife(() => ({ EVENTS_TRANSPORT: 'postgres' })));

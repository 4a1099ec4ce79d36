import { defineConsumer, RegionChanged } from '@junxian/messaging';
import { eventsOf } from './service-events';

interface Services {
  households: { count(): Promise<void>; follow(at: Date): Promise<void> };
  clock: { now(): Date };
}

it('takes what is published, and what consumers name once each, without the services they are made with', () => {
  const consumers = ({ households, clock }: Services) => [
    defineConsumer({
      name: 'x.follow',
      events: [RegionChanged],
      handle: () => households.follow(clock.now()),
    }),
    defineConsumer({ name: 'x.count', events: [RegionChanged], handle: households.count }),
  ];
  const module = {
    published: [RegionChanged],
    consumers: consumers as (services: unknown) => ReturnType<typeof consumers>,
  };
  expect(eventsOf(module)).toEqual({ published: [RegionChanged], consumed: [RegionChanged] });
});

it('accepts a plain list and a service without events', () => {
  const consumer = defineConsumer({ name: 'x.y', events: [RegionChanged], handle: async () => undefined });
  expect(eventsOf({ consumers: [consumer] }).consumed).toEqual([RegionChanged]);
  expect(eventsOf({})).toEqual({ published: [], consumed: [] });
});

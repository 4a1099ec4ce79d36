import type { Json } from '@junxian/test-kit';
import { statisticConsumers } from '../../services/poverty-alleviation/src/statistics/statistics.consumers';
import { Asking } from '../support/asking';
import { places } from '../support/demo';
import type { SignedIn } from '../support/signing-in';
import { eventually, type System, startSystem } from '../support/system';
import { type Figures, figuresOf } from './figures';

/** What there is to leak: ids, numbers and words of one life. */
export interface Secrets {
  households: { id: string; householdNo: string }[];
  citizenNumbers: string[];
  /** Texts that stand nowhere else. */
  words: string[];
  allocations: { id: string; lineId: string }[];
  projects: { id: string; projectNo: string }[];
  importJobs: string[];
}

/** Why an answer was refused. */
export interface Refused {
  code: string;
  field: string | undefined;
  details: Json;
}

/** What a link to a file leads to. */
export const download = (url: string): Promise<Response> => fetch(url);

/**
 * What a life has come to so far. Each chapter finds here what those before it left, and fills in what it adds; before its
 * chapter a field is undefined.
 */
export class Life extends Asking {
  system!: System;
  /** The figures before anything happened, by region. */
  readonly before = new Map<string, Figures>();
  readonly secrets: Secrets = {
    households: [],
    citizenNumbers: [],
    words: [],
    allocations: [],
    projects: [],
    importJobs: [],
  };
  private readonly sessions = new Map<string, Promise<SignedIn>>();

  // Filled in by households.
  household!: { id: string; householdNo: string };
  // By money.
  project!: { id: string; projectNo: string };

  /** Starts the system in which the life is led. */
  async begin(): Promise<void> {
    this.system = await startSystem();
    await this.allCounted();
    for (const [who, region] of [
      ['yunzhou', places.yunzhou],
      ['shanxi', places.shanxi],
    ] as const)
      this.before.set(region, await figuresOf(this, who, region));
  }

  /** Stops what was started, however far that came. */
  async end(): Promise<void> {
    await this.system?.stop();
  }

  /** Somebody's session. */
  as(who: string): Promise<SignedIn> {
    if (!this.sessions.has(who)) this.sessions.set(who, this.system.signIn(who));
    return this.sessions.get(who)!;
  }

  /** Why something is refused that has to be. */
  async refused(who: string, document: string, variables: Json = {}): Promise<Refused> {
    const { errors } = await this.ask(who, document, variables);
    if (!errors) throw new Error(`${who} was not refused: ${document.slice(0, 120)}…`);
    const { code, field, details = {} } = errors[0]!.extensions ?? {};
    return { code, field, details };
  }

  /** A household's page of 2017 as somebody sees it. */
  async page(who: string, id: string): Promise<Json> {
    return (await this.do(who, PAGE, { id })).household;
  }

  /** Until every event of this service that was recorded is counted, by each consumer that counts it, though it may not have begun yet. */
  private allCounted(): Promise<unknown> {
    const pairs = statisticConsumers().flatMap(({ name, topics }) =>
      topics.map((topic) => ({ name, topic })),
    );
    return eventually(
      'the demonstration being counted',
      async () => {
        const waiting = await this.system.adminQuery(
          'poverty-alleviation',
          'SELECT FROM outbox WHERE published_at IS NULL LIMIT 1',
        );
        const unread = await this.system.adminQuery(
          'events',
          `SELECT FROM unnest($1::text[], $2::text[]) AS c (group_name, topic)
           JOIN event_log.log_end l USING (topic)
           LEFT JOIN event_log.group_position p USING (group_name, topic, partition)
           WHERE coalesce(p.next_offset, 0) < l.next_offset LIMIT 1`,
          [pairs.map(({ name }) => name), pairs.map(({ topic }) => topic)],
        );
        return waiting.length + unread.length;
      },
      (left) => left === 0,
    );
  }
}

/** Declares a stage as a test. What it needs of the life it takes when it is played, not before. */
export type Stage = (title: string, play: (life: Life) => Promise<void>) => void;

/** Declares its stages in the order in which they are played. */
export type Chapter = (stage: Stage) => void;

const PAGE = /* GraphQL */ `
  query Page($id: ID!) {
    household(id: $id) {
      id householdNo fileStatus region { name }
      statusHistory { id year fromStatus toStatus operation rolledBackBy }
      dynamicOperations { kind isRolledBack }
      projects { project { id name } amount }
      record(year: 2017) {
        version
        basic { povertyStatus exitYear memberCount }
        incomeAndHealth { netIncome perCapitaNetIncome }
        measures { source category content amount date project { id name } }
        outcome { version housingSafe perCapitaIncome }
      }
    }
  }
`;

import { places } from '../support/demo';
import { type System, startSystem } from '../support/system';
import { NUMBER, PERSON, PETITION } from './matter';
import type { Secrets } from './neighbour';
import { EventWatch } from './observed-events';
import { type NumberedItem, Office } from './office';
import { Reviews } from './reviews';

interface PetitionSummary {
  items: number;
  online: number;
  letters: number;
  completed: number;
  suppressed: boolean;
}

/**
 * What a life has come to so far. Each chapter finds here what those before it left, and fills in what it adds; before its
 * chapter a field is undefined.
 */
export class Life {
  system!: System;
  office!: Office;
  reviews!: Reviews;
  events!: EventWatch;
  /** The figures of the month before anything happened. */
  summaryBefore!: PetitionSummary;
  readonly secrets: Secrets = {
    items: [],
    submissions: [],
    reviews: [],
    words: [PETITION.title, PETITION.content, PETITION.problemAddress, PERSON.name, NUMBER],
    citizenNumber: NUMBER,
    person: PERSON,
  };

  // Filled in by submission.
  letter!: NumberedItem;
  simpleRegistrationId!: string;
  submissionId!: string;
  anonymousSubmissionId!: string;
  // By registration: the item that goes through all three levels, and the anonymous one beside it.
  item!: NumberedItem;
  anonymousItem!: NumberedItem;
  // By tracking.
  queryCode!: string;
  // By opinion and evaluation, by review: the documents that the next level challenges.
  opinionNo!: string;
  anonymousOpinionNo!: string;
  reviewOpinionNo!: string;

  /** Starts the system in which the life is led, and the watch on its events. */
  async begin(environment: Record<string, string>): Promise<void> {
    this.system = await startSystem({ environment, clockAt: '2026-03-02T09:00:00+08:00' });
    this.office = new Office(this.system);
    this.reviews = new Reviews(this.office);
    await this.office.open();
    this.events = await EventWatch.on(this.system, environment.KAFKA_BROKERS);
    this.summaryBefore = await this.summary();
  }

  /** Stops what was started, however far that came. */
  async end(): Promise<void> {
    await this.events?.stop();
    await this.system?.stop();
  }

  /** The figures of the month in which the petitions come, of the whole province. */
  async summary(): Promise<PetitionSummary> {
    const { region } = await this.office.do(
      'pt-shanxi-leader',
      `query ($code: ID!) { region(code: $code) { petitionSummary(from: "2026-03-01", to: "2026-03-31") { items online letters completed suppressed } } }`,
      { code: places.shanxi },
    );
    return region.petitionSummary;
  }
}

/** Declares a stage as a test. What it needs of the life it takes when it is played, not before. */
export type Stage = (title: string, play: (life: Life) => Promise<void>, timeout: number) => void;

/** Declares its stages in the order in which they are played. */
export type Chapter = (stage: Stage) => void;

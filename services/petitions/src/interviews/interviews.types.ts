/** A talk with a visitor 接谈, as stored. */
export interface Interview {
  id: string;
  caseItemId: string;
  organisationId: string;
  taskId: string;
  interviewerId: string;
  sentFromId: string | null;
  startedAt: Date | null;
  content: string | null;
  state: 'TODO' | 'DONE';
  receivedAt: Date;
  doneAt: Date | null;
  version: number;
}

/** Tabs of an interviewer: to-do, done, all (PT-VIS-04). */
export type InterviewTab = 'TODO' | 'DONE' | 'ALL';

/** A leader's public reception 领导公开接访, as stored. */
export interface LeaderReception {
  id: string;
  caseItemId: string;
  organisationId: string;
  leaderName: string;
  leaderPost: string | null;
  /** `YYYY-MM-DD` */
  receptionDate: string;
  place: string | null;
  content: string;
  opinion: string | null;
  version: number;
}

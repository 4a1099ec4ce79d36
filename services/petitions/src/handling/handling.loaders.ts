import type { ScopedTransaction } from '@junxian/persistence';
import type DataLoader from 'dataloader';
import { manyBy } from '../cases/case-reads.service';
import type { Notice } from './notice.types';
import { noticesOfItems } from './notices.store';
import type { HandlingOpinion } from './opinion.types';
import { opinionsOfItems } from './opinions.store';
import type { Report, ReportReturn } from './report.types';
import { reportsOfItems, returnsOfReports } from './reports.store';
import { extensionsOfItems, type HandlingExtension } from './self-handling.service';

/** The documents of items; each loader takes one statement, however many items ask. */
export interface HandlingLoaders {
  noticesOfCase: DataLoader<string, Notice[]>;
  opinionsOfCase: DataLoader<string, HandlingOpinion[]>;
  reportsOfCase: DataLoader<string, Report[]>;
  returnsOfReport: DataLoader<string, ReportReturn[]>;
  extensionsOfCase: DataLoader<string, HandlingExtension[]>;
}

/** Makes the loaders of one request. */
export function handlingLoaders(read: () => Promise<ScopedTransaction>): HandlingLoaders {
  return {
    noticesOfCase: manyBy(read, ({ caseItemId }) => caseItemId, noticesOfItems),
    opinionsOfCase: manyBy(read, ({ caseItemId }) => caseItemId, opinionsOfItems),
    reportsOfCase: manyBy(read, ({ caseItemId }) => caseItemId, reportsOfItems),
    returnsOfReport: manyBy(read, ({ reportId }) => reportId, returnsOfReports),
    extensionsOfCase: manyBy(read, ({ caseItemId }) => caseItemId, extensionsOfItems),
  };
}

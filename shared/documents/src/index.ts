export type { ColumnDefinition } from './columns';
export { errorSheet, FAULT_COLUMN, faultSentence, writeErrorSheet } from './error-sheet';
export * from './exports';
export type { SheetFile } from './grid';
export * from './jobs';
export { DEFAULT_LIMITS, type SheetLimits } from './limits';
export * from './prints';
export {
  type OpenSheet,
  openSheet,
  type ReadRow,
  readSheet,
  type SheetFault,
  type SheetReading,
  type SheetRow,
} from './read-sheet';
export * from './stored-files';
export { template } from './template';
export { decodeUpload, type SpreadsheetUpload } from './upload';
export {
  type CellValue,
  guardFormula,
  type SheetHeading,
  sheetBuffer,
  type WriteOptions,
  writeSheet,
} from './write-sheet';

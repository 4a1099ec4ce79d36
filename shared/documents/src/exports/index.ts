export type { ExportFormat, ExportPage } from './exported-rows';
export {
  type DownloadEnd,
  EXPORT_LINK_SECONDS,
  type ExportLink,
  exportMime,
  type OpenedExport,
  openedExport,
} from './opened-export';

export {
  EXPORT_LINK_SECONDS,
  type ExportFormat,
  type ExportLink,
  type ExportPage,
  exportedRows,
  exportFileName,
  exportMime,
  type OpenedExport,
} from './exported-rows';

import { referenceNames } from '@junxian/administrative-region';
import type { CellValue, ColumnDefinition } from '@junxian/documents';
import type { Page } from '@junxian/persistence';
import type { ExportedPage } from './export-list.types';

/** The columns of a list, by key and title, after the running number. */
export function columns(titles: Readonly<Record<string, string>>): ColumnDefinition[] {
  return [
    { key: 'seq', title: '序号', width: 8 },
    ...Object.entries(titles).map(([key, title]) => ({
      key,
      title,
      width: Math.max(12, title.length * 2 + 2),
    })),
  ];
}

/** The rows of a page as an export takes them, each made of a node and its place in the page. */
export function exportedPage<Node>(
  { nodes, endCursor, hasNextPage }: Page<Node>,
  rowOf: (node: Node, place: number) => Record<string, CellValue>,
): ExportedPage {
  return { rows: nodes.map(rowOf), next: hasNextPage ? endCursor : null };
}

/** Columns that every row with a region begins with. */
export const REGION_COLUMNS = { regionPath: '行政区划', regionCode: '区划代码' };

/** The cells of {@link REGION_COLUMNS}. */
export function regionCells(code: string): Record<keyof typeof REGION_COLUMNS, string> {
  return { regionPath: referenceNames().pathOf(code), regionCode: code };
}

/** A yes or no as forms write it; empty when unknown. */
export function yesNo(value: boolean | null): string | null {
  if (value === null) return null;
  return value ? '是' : '否';
}

import { unreadable } from './limits';
import { SharedTexts } from './shared-texts';
import { walkXml } from './xml';
import type { UntrustedZip } from './zip';

/** What the cells of a sheet refer to: where the sheet is, the shared texts, which styles show dates. */
export interface WorkbookParts {
  /** Name of the part that holds the sheet. */
  sheetPart: string;
  sharedTexts: SharedTexts;
  dateStyles: ReadonlySet<number>;
  /** Whether serial dates count from 1904 (old Macintosh workbooks). */
  from1904: boolean;
}

/** Reads the parts around the first visible sheet. Throws FILE_UNREADABLE when the workbook has none. */
export async function readWorkbookParts(zip: UntrustedZip): Promise<WorkbookParts> {
  const { sheetRelation, from1904 } = await readWorkbook(zip);
  const sheetPart = await relationTarget(zip, sheetRelation);
  if (!zip.has(sheetPart)) throw noSheet();
  return {
    sheetPart,
    sharedTexts: await readSharedTexts(zip),
    dateStyles: await readDateStyles(zip),
    from1904,
  };
}

async function readWorkbook(zip: UntrustedZip): Promise<{ sheetRelation: string; from1904: boolean }> {
  if (!zip.has('xl/workbook.xml')) throw noSheet();
  let sheetRelation: string | null = null;
  let from1904 = false;
  await walkXml(zip.chunks('xl/workbook.xml'), {
    open: (name, attributes) => {
      if (name === 'workbookPr') from1904 = /^(1|true)$/.test(attributes.get('date1904') ?? '');
      const visible = (attributes.get('state') ?? 'visible') === 'visible';
      if (name === 'sheet' && visible) sheetRelation ??= attributes.get('r:id') ?? null;
    },
  });
  if (sheetRelation === null) throw noSheet();
  return { sheetRelation, from1904 };
}

async function relationTarget(zip: UntrustedZip, id: string): Promise<string> {
  let target: string | null = null;
  await walkXml(zip.chunks('xl/_rels/workbook.xml.rels'), {
    open: (_name, attributes) => {
      if (attributes.get('Id') === id) target = attributes.get('Target') ?? null;
    },
  });
  if (target === null) throw noSheet();
  const path: string = target;
  return path.startsWith('/') ? path.slice(1) : `xl/${path}`;
}

/** The shared texts in order; phonetic guides (`rPh`) are not part of what a cell shows. */
async function readSharedTexts(zip: UntrustedZip): Promise<SharedTexts> {
  const texts = new SharedTexts();
  let current = '';
  let phonetic = false;
  let inText = false;
  await walkXml(zip.chunks('xl/sharedStrings.xml'), {
    open: (name) => {
      if (name === 'si') current = '';
      else if (name === 'rPh') phonetic = true;
      else if (name === 't') inText = true;
    },
    text: (value) => {
      if (inText && !phonetic) current += value;
    },
    close: (name) => {
      if (name === 'si') texts.add(current);
      else if (name === 'rPh') phonetic = false;
      else if (name === 't') inText = false;
    },
  });
  return texts;
}

/** The cell styles (indexes of `cellXfs`) that show a number as a date. */
async function readDateStyles(zip: UntrustedZip): Promise<Set<number>> {
  const formats = new Map<number, string>();
  const dateStyles = new Set<number>();
  let inCellFormats = false;
  let index = 0;
  await walkXml(zip.chunks('xl/styles.xml'), {
    open: (name, attributes) => {
      if (name === 'cellXfs') inCellFormats = true;
      else if (name === 'numFmt') {
        formats.set(Number(attributes.get('numFmtId')), attributes.get('formatCode') ?? '');
      } else if (name === 'xf' && inCellFormats) {
        if (isDateFormat(Number(attributes.get('numFmtId')), formats)) dateStyles.add(index);
        index += 1;
      }
    },
    close: (name) => {
      if (name === 'cellXfs') inCellFormats = false;
    },
  });
  return dateStyles;
}

// Built-in formats 14–22, 27–36, 45–47 and 50–58 are dates and times (ECMA-376 §18.8.30, with its
// Chinese table); of a format code only what stands outside quotes, brackets and escapes counts.
function isDateFormat(id: number, formats: ReadonlyMap<number, string>): boolean {
  const code = formats.get(id);
  if (code === undefined) {
    return (
      (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58)
    );
  }
  return /[ymdhs]/i.test(code.replace(/\[[^\]]*]|"[^"]*"|\\./g, '').replace(/General/gi, ''));
}

function noSheet() {
  return unreadable({
    zh: '文件中没有可读取的工作表，请用表格软件打开后另存为 xlsx 再上传',
    en: 'it holds no worksheet; open it in a spreadsheet program and save it as xlsx',
  });
}

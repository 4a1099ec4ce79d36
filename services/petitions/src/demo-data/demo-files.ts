import { Readable } from 'node:stream';
import type { StoredFiles } from '@junxian/documents';
import { scopeOf } from '@junxian/identity';
import type { Database } from '@junxian/persistence';
import { demoOfficer, type OfficerKey } from './demo-directory';
import type { DemoMoment } from './demo-plan.types';

const FILE_NAME = '示例附件：付款凭证.pdf';
const DRAWN = 'BT /F1 20 Tf 60 780 Td (Example attachment of the demonstration) Tj ET';
const EXAMPLE_PDF = Buffer.from(
  `%PDF-1.4
1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj
3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >> endobj
4 0 obj << /Length ${DRAWN.length} >> stream
${DRAWN}
endstream endobj
5 0 obj << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> endobj
trailer << /Root 1 0 R >>
%%EOF
`,
  'latin1',
);

/**
 * Uploads the files that reports of the month carry, the way every file comes: announced, sent, checked. Returns their ids by the keys of the items. What is
 * not attached, because the month is not played after all, goes after a day.
 */
export async function uploadDemoFiles(
  database: Database,
  files: StoredFiles,
  month: readonly DemoMoment[],
): Promise<Map<string, string>> {
  const uploaded = new Map<string, string>();
  for (const { by, of, act } of month) {
    if (act.do !== 'REPORT' || act.file !== true) continue;
    const principal = demoOfficer(by as OfficerKey);
    const { fileId, uploadUrl } = await database.write(scopeOf(principal), (tx) =>
      files.startUpload(
        tx,
        { accountId: principal.accountId },
        { fileName: FILE_NAME, mime: 'application/pdf', size: EXAMPLE_PDF.length },
      ),
    );
    await files.receive(uploadUrl.split('/').at(-1)!, Readable.from([EXAMPLE_PDF]));
    uploaded.set(of.key, fileId);
  }
  return uploaded;
}

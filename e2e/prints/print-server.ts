import { fastify } from 'fastify';
import { noticeForm } from '../../services/petitions/src/prints/forms/notice.form';
import { NOTICE, SAMPLES } from '../../services/petitions/src/prints/forms/sample-documents.fixture';
import { type FrozenPage, frozenPage, pageToPrint } from '../../services/petitions/src/prints/page';
import { printRoutes } from '../../services/petitions/src/prints/prints.routes';
import { PRINT_JOB_KINDS } from '../../services/poverty-alleviation/src/prints/print.rules';
import { frozenPovertyForm } from './poverty-forms';

/** Code on every sample. */
export const SAMPLE_CODE = '7K3M9QRSTVWXYZ01';

export interface PrintServer {
  origin: string;
  stop(): Promise<void>;
}

/**
 * The pages of the service, by its own routes, over synthetic documents that are frozen as prints are:
 * `/files/prints/<kind>.<copy>`, where the kind LONG_NOTICE is a notice of several pages; the forms of poverty alleviation have
 * no copies and stand beside them.
 */
export async function startPrintServer(): Promise<PrintServer> {
  const body = Array.from(
    { length: 60 },
    (_, number) =>
      `第${number + 1}段，示例：经办单位对信访人反映的情况逐项进行了调查核实，查阅了有关资料，听取了当事人陈述，并依照规定作出说明。`,
  ).join('\n');
  const views = { ...SAMPLES, LONG_NOTICE: noticeForm({ ...NOTICE, body }) };
  const url = 'http://127.0.0.1:4000/files/petitions/verify/7K3M-9QRS-TVWX-YZ01';
  const pages = new Map<string, FrozenPage>();
  for (const [kind, view] of Object.entries(views))
    pages.set(kind, await frozenPage(view, { code: SAMPLE_CODE, url }));
  const povertyForms = new Map<string, string>();
  for (const kind of PRINT_JOB_KINDS) povertyForms.set(kind, await frozenPovertyForm(kind, SAMPLE_CODE));
  const server = fastify();
  printRoutes(server, {
    page: async (token) => {
      const [kind, copyNo] = token.split('.');
      return povertyForms.get(kind!) ?? pageToPrint(pages.get(kind!)!.html, Number(copyNo));
    },
    verify: async (code) =>
      code.replaceAll('-', '') === SAMPLE_CODE
        ? {
            genuine: true,
            kind: 'ACCEPTANCE_NOTICE',
            docNo: NOTICE.docNo,
            organisation: NOTICE.organisation,
            issuedOn: NOTICE.filedOn,
            contentHash: pages.get('ACCEPTANCE_NOTICE')!.contentHash,
          }
        : { genuine: false, kind: null, docNo: null, organisation: null, issuedOn: null, contentHash: null },
  });
  return { origin: await server.listen({ port: 0, host: '127.0.0.1' }), stop: () => server.close() };
}

import { refuse } from '@junxian/errors';
import { officerOf } from '../actor';
import type { CaseItem } from '../cases/case.types';
import type { PersonalData } from '../cases/personal-data.service';
import { identityView } from '../cases/petitioner-view.rules';
import { type Context, viewerOf } from '../context';
import type { Resolvers } from '../generated/graphql';
import { simpleOfName } from '../registration/simple-registration.service';
import { carriedOver } from './duplicates.rules';
import { checkLinkable, findDuplicates, linkedItem } from './duplicates.service';
import type { DuplicateDecisionKind } from './duplicates.types';

/** What `DuplicatePrefill` is made of: the linked item, null when it is out of sight. */
export interface DuplicatePrefillOfViewer {
  linkedItemId: string;
  kind: DuplicateDecisionKind;
  item: CaseItem | null;
}

/** Resolvers of the duplicate check 判重. */
export function duplicateResolvers(personal: PersonalData): Resolvers {
  return {
    Query: {
      findDuplicates: async (_, search, context) => {
        const tx = await context.read();
        return {
          candidates: await findDuplicates(tx, personal, search),
          simple: await simpleOfName(tx, search.name),
        };
      },
      duplicatePrefill: async (_, { linkedItemId, kind }, context) => {
        if (kind === 'NEITHER')
          throw refuse.invalid('kind', {
            zh: '选择“均不相同”时没有可带入的内容',
            en: 'With NEITHER there is nothing to carry over',
          });
        const tx = await context.read();
        await checkLinkable(tx, linkedItemId, 'linkedItemId');
        const linked = await linkedItem(tx, personal, linkedItemId, officerOf(context.principal));
        return { linkedItemId, kind, item: linked?.item ?? null };
      },
    },
    DuplicateCandidate: {
      organisation: ({ organisationId }, _, { loaders }) => loaders.organisation.load(organisationId),
      caseItem: ({ id }, _, { loaders }) => loaders.caseItem.load(id),
    },
    DuplicateDecision: {
      linkedItem: ({ linkedItemId }, _, { loaders }) =>
        linkedItemId === null ? null : loaders.caseItem.load(linkedItemId),
    },
    DuplicatePrefill: {
      petitioner: petitionerOfLinked,
      title: (prefill) => carried(prefill).title ?? null,
      content: (prefill) => carried(prefill).content ?? null,
      demand: (prefill) => carried(prefill).demand ?? null,
      problemRegionCode: (prefill) => carried(prefill).problemRegionCode ?? null,
      problemAddress: (prefill) => carried(prefill).problemAddress ?? null,
      purpose: (prefill) => carried(prefill).purpose ?? null,
      contentCategory: (prefill) => carried(prefill).contentCategory ?? null,
      litigationRelated: (prefill) => carried(prefill).litigationRelated ?? null,
    },
    CaseItem: {
      duplicateDecision: ({ id }, _, { loaders }) => loaders.duplicateDecision.load(id),
    },
  };
}

/** The matter's data that the decision carries over; the petitioner is shown by `petitioner`, masked. */
const carried = ({ item, kind }: DuplicatePrefillOfViewer) =>
  carriedOver(kind, item === null ? null : { item, petitioner: {}, view: 'NONE' }).data;

/** The petitioner of the linked item as the registrar may see it. */
async function petitionerOfLinked({ item }: DuplicatePrefillOfViewer, _: unknown, context: Context) {
  if (item === null) return null;
  const view = identityView(item, viewerOf(context));
  const petitioner = view === 'NONE' ? null : await context.loaders.mainPetitioner.load(item.id);
  return petitioner === null || view === 'NONE'
    ? null
    : { id: petitioner.id, citizenId: petitioner.citizenId, petitioner, view };
}

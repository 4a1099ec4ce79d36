import { maskValue } from '@junxian/access';
import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import { type Context, viewerOf } from '../context';
import type { Resolvers } from '../generated/graphql';
import type { CaseItem, Organisation, Petitioner } from './case.types';
import type { PersonalData, SealedColumn } from './personal-data.service';
import { accusedView, type IdentityView, identityView, isProtected } from './petitioner-view.rules';

/** What `PetitionerView` is made of: the petitioner and how much of it the viewer sees. */
export interface PetitionerOfViewer {
  /** The row that was looked at, for the audit log. */
  id: string;
  citizenId: string | null;
  petitioner: Petitioner;
  view: Exclude<IdentityView, 'NONE'>;
}

/** Resolvers of the case item, its petitioner, records and tasks. */
export function caseResolvers(personal: PersonalData): Resolvers {
  const open = (
    view: PetitionerOfViewer,
    sealed: string | null,
    column: SealedColumn,
    reveal: boolean | null | undefined,
  ) => shown(view, personal.open(sealed, column), reveal);
  return {
    Query: {
      caseItem: (_, { id }, { loaders }) => (isUuid(id) ? loaders.caseItem.load(id) : null),
    },
    CaseItem: {
      __resolveReference: ({ id }, { loaders }) => (isUuid(id) ? loaders.caseItem.load(id) : null),
      problemRegion: ({ problemRegionCode }) => ({ code: problemRegionCode }),
      petitioner: petitionerOf,
      registeredBy: ({ organisationId }, _, context) => organisation(context, organisationId),
      custodian: ({ custodianOrganisationId }, _, context) => organisation(context, custodianOrganisationId),
      responsibleUnit: ({ responsibleOrganisationId }, _, context) =>
        organisation(context, responsibleOrganisationId),
      routeDueAt: ({ routeDueOn }) => routeDueOn,
      acceptDueAt: ({ acceptDueOn }) => acceptDueOn,
      handleDueAt: ({ handleDueOn }) => handleDueOn,
      appealDueAt: ({ appealDueOn }) => appealDueOn,
      itemsOfMatter: async ({ id, matterId }, _, { loaders }) =>
        (await loaders.itemsOfMatter.load(matterId)).filter((item) => item.id !== id),
      handlingRecords: ({ id }, _, { loaders }) => loaders.handlingRecords.load(id),
      tasks: ({ id }, _, { loaders }) => loaders.tasksOfCase.load(id),
      interviewer: ({ interviewerId }) => (interviewerId === null ? null : { id: interviewerId }),
      accusedPerson: (item, _, context) => accused(item, context, item.accusedPerson),
      accusedPost: (item, _, context) =>
        accusedView(item, viewerOf(context)) === 'FULL' ? item.accusedPost : null,
      accusedOrganisation: (item, _, context) =>
        accusedView(item, viewerOf(context)) === 'NONE'
          ? null
          : organisation(context, item.accusedOrganisationId),
    },
    PetitionerView: {
      displayName: ({ view, petitioner }) =>
        view === 'ANONYMOUS' ? '匿名' : maskValue('NAME', petitioner.name ?? '不详'),
      anonymous: ({ view }) => view === 'ANONYMOUS',
      name: (view, { reveal }) => shown(view, view.petitioner.name, reveal),
      sex: ({ view, petitioner }) => (view === 'FULL' ? (petitioner.sex as 'MALE' | 'FEMALE' | null) : null),
      idType: ({ view, petitioner }) => (view === 'ANONYMOUS' ? null : petitioner.idType),
      idNumber: (view, { reveal }) =>
        open(view, view.petitioner.idNumberSealed, 'petitioner.id_number', reveal),
      mobile: (view, { reveal }) => open(view, view.petitioner.mobileSealed, 'petitioner.mobile', reveal),
      householdAddress: ({ view, petitioner }) => (view === 'FULL' ? petitioner.householdAddress : null),
      usualAddress: ({ view, petitioner }) => (view === 'FULL' ? petitioner.usualAddress : null),
      mailingAddress: ({ view, petitioner }) => (view === 'FULL' ? petitioner.mailingAddress : null),
      citizen: async ({ view, citizenId, petitioner }, _, { loaders }) => {
        if (view !== 'FULL' || citizenId === null) return null;
        // An accusation or confidential item leads to no citizen, as no citizen leads to it (section 6).
        const item = await loaders.caseItem.load(petitioner.caseItemId);
        return item === null || isProtected(item) ? null : { id: citizenId };
      },
    },
    PetitionOrganisation: { region: ({ regionCode }) => ({ code: regionCode }) },
    HandlingRecord: {
      from: ({ fromOrganisationId }, _, context) => organisation(context, fromOrganisationId),
      destination: ({ destinationOrganisationId }, _, context) =>
        organisation(context, destinationOrganisationId),
      officer: ({ officerId }) => (officerId === null ? null : { id: officerId }),
      // Section 6: internal opinions are read by the own organisation, and by those who supervise.
      opinion: ({ fromOrganisationId, opinion }, _, { principal }) =>
        fromOrganisationId === principal.organisationId || principal.roles.includes('petitions:SUPERVISOR')
          ? opinion
          : null,
      copies: async ({ copyOrganisationIds }, _, { loaders }) =>
        (await loaders.organisation.loadMany(copyOrganisationIds)).filter(
          (loaded): loaded is Organisation => loaded !== null && !(loaded instanceof Error),
        ),
      resultDueAt: ({ resultDueOn }) => resultDueOn,
    },
    OrgTask: {
      organisation: ({ organisationId }, _, context) => organisation(context, organisationId),
      holder: ({ holderId }) => (holderId === null ? null : { id: holderId }),
      resultDueAt: ({ resultDueOn }) => resultDueOn,
      caseItem: ({ caseItemId }, _, { loaders }) => loaders.caseItem.load(caseItemId),
    },
    Citizen: { __resolveReference: ({ id }) => ({ id }) },
    Region: { __resolveReference: ({ code }) => ({ code }) },
  };
}

/** The petitioner of an item as the viewer sees it, or null when the viewer may not know. */
export async function petitionerOf(
  item: CaseItem,
  _: unknown,
  context: Context,
): Promise<PetitionerOfViewer | null> {
  const view = identityView(item, viewerOf(context));
  if (view === 'NONE') return null;
  const petitioner = await context.loaders.mainPetitioner.load(item.id);
  return petitioner === null
    ? null
    : { id: petitioner.id, citizenId: petitioner.citizenId, petitioner, view };
}

const organisation = (context: Context, id: string | null) =>
  id === null ? null : context.loaders.organisation.load(id);

/** A value for the mask to hide, or in full when it is to be revealed. Throws FORBIDDEN for a reveal beyond the matrix. */
function shown(
  { view }: PetitionerOfViewer,
  value: string | null,
  reveal: boolean | null | undefined,
): string | null {
  if (reveal === true && view !== 'FULL') throw refuse.forbidden('reveal');
  return view === 'ANONYMOUS' ? null : value;
}

function accused(item: CaseItem, context: Context, value: string | null): string | null {
  const view = accusedView(item, viewerOf(context));
  if (value === null || view === 'NONE') return null;
  return view === 'FULL' ? value : maskValue('NAME', value);
}

import { refuse } from '@junxian/errors';
import { officerOf } from '../actor';
import type { CaseItem } from '../cases/case.types';
import { identityView } from '../cases/petitioner-view.rules';
import { type Context, viewerOf } from '../context';
import type { Resolvers } from '../generated/graphql';
import { type Attachments, attachmentKey } from '../submissions/attachments.service';
import { type CoVisitorSight, coVisitorSight } from './co-visitors.rules';
import { addCoVisitor, type CoVisitor, removeCoVisitor } from './co-visitors.service';
import { categoriesBelow } from './content-categories.service';
import { updateRegistration } from './correction.service';
import { registerLetter } from './letters.service';
import { openSubmission, registerOnline } from './online-registration.service';
import type { RegistrationParts } from './registering.service';
import { registrations } from './registration-list.service';
import { registerVisit } from './visits.service';

/** What `CoVisitor` is made of: the row and how much of it the viewer sees. */
export interface CoVisitorOfViewer {
  id: string;
  coVisitor: CoVisitor;
  sight: Exclude<CoVisitorSight, 'COUNT' | 'NONE'>;
}

/** Resolvers of registration: online, letter, call, visit; categories, co-visitors and corrections. */
export function registrationResolvers(parts: RegistrationParts & { attachments: Attachments }): Resolvers {
  const { personal } = parts;
  return {
    Query: {
      contentCategories: async (_, { parent }, context) =>
        categoriesBelow(await context.read(), parent ?? null),
      registrations: async (_, filter, context) => {
        const page = await registrations(await context.read(), filter, officerOf(context.principal));
        const loaded = await context.loaders.caseItem.loadMany(page.nodes.map(({ id }) => id));
        return { ...page, nodes: loaded.filter(isItem) };
      },
    },
    Mutation: {
      openSubmission: async (_, { submissionId }, context) => {
        const opened = await context.write((tx) =>
          openSubmission(tx, personal, submissionId, officerOf(context.principal), context.clock.now()),
        );
        // The answer names the petitioner: the profile is not read again for that.
        if (opened.profile !== null)
          context.loaders.publicProfile.prime(opened.profile.accountId, opened.profile);
        return opened;
      },
      registerOnline: async (_, { submissionId, input }, context) => {
        const { item } = await context.write((tx) =>
          registerOnline(tx, parts, { submissionId, form: input }, officerOf(context.principal)),
        );
        return item;
      },
      registerLetter: async (_, { input }, context) => {
        const { item } = await context.write((tx) =>
          registerLetter(tx, parts, input, officerOf(context.principal)),
        );
        return item;
      },
      registerPhone: async (_, { input }, context) => {
        const { item } = await context.write((tx) =>
          registerLetter(tx, parts, input, officerOf(context.principal), 'PHONE'),
        );
        return item;
      },
      registerVisit: async (_, { input }, context) => {
        const { item } = await context.write((tx) =>
          registerVisit(tx, parts, input, officerOf(context.principal)),
        );
        return item;
      },
      updateRegistration: (_, { caseItemId, expectedVersion, input }, context) =>
        context.write((tx) =>
          updateRegistration(
            tx,
            parts,
            { caseItemId, expectedVersion, correction: input },
            officerOf(context.principal),
          ),
        ),
      addCoVisitor: (_, input, context) =>
        context.write((tx) =>
          addCoVisitor(
            tx,
            { ...parts, today: context.clock.today() },
            input,
            officerOf(context.principal),
            context.clock.now(),
          ),
        ),
      removeCoVisitor: (_, input, context) =>
        context.write((tx) => removeCoVisitor(tx, input, officerOf(context.principal), context.clock.now())),
    },
    ContentCategory: {
      name: ({ name, nameEn }, _, { locale }) => (locale === 'en' ? nameEn : name),
      children: async ({ code }, _, context) => categoriesBelow(await context.read(), code),
    },
    CoVisitor: {
      name: ({ coVisitor }) => coVisitor.name,
      sex: ({ coVisitor, sight }) => (sight === 'FULL' ? coVisitor.sex : null),
      idType: ({ coVisitor, sight }) => (sight === 'FULL' ? coVisitor.idType : null),
      idNumber: ({ coVisitor, sight }, { reveal }) => {
        if (sight === 'FULL') return personal.open(coVisitor.idNumberSealed, 'co_visitor.id_number');
        if (reveal) throw refuse.forbidden('reveal');
        return null;
      },
      address: ({ coVisitor, sight }) => (sight === 'FULL' ? coVisitor.address : null),
      source: ({ coVisitor }) => coVisitor.source,
      representative: ({ coVisitor }) => coVisitor.representative,
      photo: ({ coVisitor, sight }, _, context) => (sight === 'FULL' ? photoOf(coVisitor.id, context) : null),
    },
    CaseItem: {
      category: ({ contentCategory }, _, { loaders }) => loaders.contentCategory.load(contentCategory),
      coVisitors: coVisitorsFor,
      coVisitorCount: async (item, _, context) =>
        item.channel !== 'VISIT' || coVisitorSight(item, viewerOf(context)) === 'NONE'
          ? null
          : (await context.loaders.coVisitors.load(item.id)).length,
      visitorPhoto: (item, _, context) =>
        identityView(item, viewerOf(context)) === 'FULL' ? photoOf(item.id, context) : null,
    },
  };
}

/** What was listed is there: both statements read one snapshot. A failure to load is one of the whole list. */
function isItem(loaded: CaseItem | Error | null): loaded is CaseItem {
  if (loaded instanceof Error) throw loaded;
  return loaded !== null;
}

/** The co-visitors as a viewer sees them, or null where only their number may be known. */
async function coVisitorsFor(
  item: CaseItem,
  _: unknown,
  context: Context,
): Promise<CoVisitorOfViewer[] | null> {
  const sight = coVisitorSight(item, viewerOf(context));
  if (item.channel !== 'VISIT' || sight === 'COUNT' || sight === 'NONE') return null;
  const coVisitors = await context.loaders.coVisitors.load(item.id);
  return coVisitors.map((coVisitor) => ({ id: coVisitor.id, coVisitor, sight }));
}

async function photoOf(ownerId: string, { loaders }: Context) {
  const [photo] = await loaders.attachments.load(attachmentKey('VISITOR', ownerId));
  return photo ?? null;
}

import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import { listRange } from '../assistance/pairing-lists.service';
import type { Context } from '../context';
import type { BackOfficeRequestInput, MutationResolvers, Resolvers } from '../generated/graphql';
import type { BackOfficeFunctions } from './back-office.functions';
import type { BackOfficeService, ConfirmedOrder, Operation, Plan, PreviewView } from './back-office.service';
import { factsOf } from './operation-facts.rules';
import { type OperationView, operationById, operationsPage } from './operations.service';

/** Resolvers of the back office 后台业务. */
export function backOfficeResolvers(office: BackOfficeService, functions: BackOfficeFunctions): Resolvers {
  /** A mutation that carries out one function and answers with its line in the log. */
  const carryOut =
    <Input extends object, P extends Plan>(operation: Operation<Input, P>) =>
    async (_: unknown, { input, order }: { input: Input; order: ConfirmedOrder }, context: Context) => {
      const id = await context.write((tx) => office.execute(tx, operation, input, order));
      return (await operationById(await context.read(), id)) as OperationView;
    };

  return {
    Query: {
      backOfficePreview: async (_, { request }, context) =>
        preview(office, functions, await context.read(), request),
      backOfficeOperations: async (_, { region, ...filter }, context) => {
        if (filter.householdId != null && !isUuid(filter.householdId)) throw refuse.notFound('householdId');
        return operationsPage(await context.read(), listRange(context.scope, region), filter);
      },
    },
    Mutation: {
      clearPersons: carryOut(functions.clearPersons),
      clearHousehold: carryOut(functions.clearHousehold),
      adjustAttribute: carryOut(functions.adjustAttribute),
      adjustStandard: carryOut(functions.adjustStandard),
      correctIdentity: carryOut(functions.correctIdentity),
      moveVillage: carryOut(functions.moveVillage),
      deleteDuplicates: carryOut(functions.deleteDuplicates),
      supplementMember: carryOut(functions.supplementMember),
      supplementHousehold: carryOut(functions.supplementHousehold),
      setVillageAttribute: carryOut(functions.setVillageAttribute),
    } satisfies Partial<MutationResolvers>,
    BackOfficePreview: {
      household: ({ householdId }, _, { loaders }) =>
        householdId === null ? null : loaders.household.load(householdId),
      before: ({ before }) => factsOf(before),
      after: ({ after }) => factsOf(after),
    },
    BackOfficeOperation: {
      household: ({ householdId }, _, { loaders }) =>
        householdId === null ? null : loaders.household.load(householdId),
      region: ({ regionCode }) => ({ code: regionCode }),
      before: ({ before }) => factsOf(before),
      after: ({ after }) => factsOf(after),
    },
    Household: {
      isSupplementary: ({ id }, _, { loaders }) => loaders.isSupplementaryHousehold.load(id),
    },
    HouseholdMember: {
      isSupplementary: async ({ id }, _, { loaders }) =>
        (await loaders.memberOrigin.load(id)).isSupplementary,
      // Who was given a number since (8.6) goes by that.
      systemSerial: async ({ id, idType }, _, { loaders }) =>
        idType === 'NONE' ? (await loaders.memberOrigin.load(id)).systemSerial : null,
    },
  };
}

/** Previews the one function that the request is filled in for. */
async function preview(
  office: BackOfficeService,
  functions: BackOfficeFunctions,
  tx: ScopedTransaction,
  request: BackOfficeRequestInput,
): Promise<PreviewView> {
  const given = Object.keys(functions).filter((name) => request[name as keyof BackOfficeFunctions] != null);
  const [name] = given as (keyof BackOfficeFunctions)[];
  if (name === undefined || given.length > 1) {
    throw refuse.invalid('request', {
      zh: '请填写且只填写一项要预览的业务',
      en: 'Fill in exactly one function to preview',
    });
  }
  // The schema types each member of the request as the input of the function of the same name.
  return office.preview(tx, functions[name] as unknown as Operation<object>, request[name]!);
}

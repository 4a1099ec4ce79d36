import type { Id, Suite } from '../suite';

const common = { __typename: 'Common', label: 'common label' };
const aActions = [common, { __typename: 'OnlyA', a: 'only a' }];
const bActions = [common, { __typename: 'OnlyB', b: 'only b' }];
const containerWith = (actions: readonly object[]) => ({ id: 'container-1', actions });
/** A container whose actions are those of its subgraph, unless its parent says otherwise. */
const container = (actions: readonly object[]) => ({
  __resolveReference: ({ id }: Id) => (id === 'container-1' ? containerWith(actions) : null),
  wrapper: (parent: { actions?: readonly object[] }) => ({ actions: parent.actions ?? actions }),
});
const Action = { __resolveType: ({ __typename }: { __typename: string }) => __typename };

export const partialUnionComplex: Suite = {
  name: 'partial-union-complex',
  subgraphs: {
    a: {
      sdl: `
        type Query { rootA: Container shared: Container @shareable }
        type Container @key(fields: "id") { id: ID! wrapper: Wrapper @shareable }
        type Wrapper @shareable { actions: [Action!]! @shareable }
        union Action = Common | OnlyA
        type Common @shareable { label: String }
        type OnlyA { a: String }`,
      resolvers: {
        Query: { rootA: () => containerWith(aActions), shared: () => containerWith([common]) },
        Container: container(aActions),
        Action,
      },
    },
    b: {
      sdl: `
        type Query { rootB: Container shared: Container @shareable }
        type Container @key(fields: "id") { id: ID! wrapper: Wrapper @shareable bWrapper: Wrapper }
        type Wrapper @shareable { actions: [Action!]! @shareable }
        union Action = Common | OnlyB
        type Common @shareable { label: String }
        type OnlyB { b: String }`,
      resolvers: {
        Query: { rootB: () => containerWith(bActions), shared: () => containerWith([common]) },
        Container: { ...container(bActions), bWrapper: () => ({ actions: bActions }) },
        Action,
      },
    },
  },
  cases: [
    {
      query: `
        {
          rootA {
            wrapper {
              actions { __typename ... on Common { label } ... on OnlyA { a } ... on OnlyB { b } }
            }
          }
        }`,
      data: {
        rootA: {
          wrapper: {
            actions: [
              { __typename: 'Common', label: 'common label' },
              { __typename: 'OnlyA', a: null },
            ],
          },
        },
      },
    },
    {
      query: `
        {
          rootB {
            wrapper {
              actions { __typename ... on Common { label } ... on OnlyA { a } ... on OnlyB { b } }
            }
          }
        }`,
      data: {
        rootB: {
          wrapper: {
            actions: [
              { __typename: 'Common', label: 'common label' },
              { __typename: 'OnlyB', b: null },
            ],
          },
        },
      },
    },
    {
      query: '{ rootA { wrapper { actions { __typename ... on OnlyB { b } } } } }',
      data: { rootA: { wrapper: { actions: [{ __typename: 'Common' }, { __typename: 'OnlyA' }] } } },
    },
    {
      query: `
        {
          shared {
            wrapper {
              actions { __typename ... on Common { label } ... on OnlyA { a } ... on OnlyB { b } }
            }
          }
        }`,
      data: { shared: { wrapper: { actions: [{ __typename: 'Common', label: 'common label' }] } } },
    },
    {
      query: `
        {
          rootA {
            bWrapper {
              actions { __typename ... on Common { label } ... on OnlyA { a } ... on OnlyB { b } }
            }
          }
        }`,
      data: {
        rootA: {
          bWrapper: {
            actions: [
              { __typename: 'Common', label: 'common label' },
              { __typename: 'OnlyB', b: 'only b' },
            ],
          },
        },
      },
    },
  ],
};

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { accessTypeDefs } from '@junxian/access';
import { type DocumentNode, Kind, parse, print } from 'graphql';
import type { ComposedSubgraph } from '../compose';
import { InProcessSubgraph, type SubgraphText } from './subgraph';
import { directivesOf, type Weather, World } from './world';

export interface SubgraphsOverHttp {
  composed: ComposedSubgraph[];
  /** What holds for the requests that follow. A dead subgraph closes its connections without an answer. */
  weather: Weather;
  /** Requests that have come. */
  asked: number;
  stop(): Promise<void>;
}

/** The same schemas with all that our gateway wants to see: everything is open to everyone. */
export function withAccess({ name, sdl }: SubgraphText): SubgraphText {
  const everyone = directivesOf(
    parse('type A @access(public: true) { a: Int }').definitions[0] as never,
    'access',
  );
  const access = parse(accessTypeDefs).definitions.filter(({ kind }) => kind !== Kind.SCHEMA_EXTENSION);
  const definitions = parse(sdl).definitions.map((node) => {
    if (node.kind === Kind.SCHEMA_EXTENSION) return node;
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) return node;
    if (node.name.value === 'Query' || node.name.value === 'Mutation') {
      const fields = node.fields?.map((field) => ({
        ...field,
        directives: [...(field.directives ?? []), ...everyone],
      }));
      return { ...node, ...(fields && { fields }) };
    }
    // An object that stands for an interface hands its directives on to it, where @access may not be.
    return directivesOf(node, 'interfaceObject').length > 0
      ? node
      : { ...node, directives: [...(node.directives ?? []), ...everyone] };
  });
  const link = `extend schema
    @link(url: "https://specs.junxian.example/access/v1.0", import: ["@access", "@masked"])
    @composeDirective(name: "@access") @composeDirective(name: "@masked")`;
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [...definitions, ...access] };
  const text = print(document).replace('"@interfaceObject"]', '"@interfaceObject", "@composeDirective"]');
  return { name, sdl: `${text}\n${link}` };
}

/** Lets subgraphs of the random world listen on real ports. */
export async function serveSubgraphs(
  texts: readonly SubgraphText[],
  weather: Weather,
): Promise<SubgraphsOverHttp> {
  const documents = texts.map(({ sdl }) => parse(sdl));
  const world = new World(documents);
  const servers: Server[] = [];
  const all: SubgraphsOverHttp = {
    composed: [],
    weather,
    asked: 0,
    stop: async () => {
      for (const server of servers) server.closeAllConnections();
      await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
    },
  };
  for (const [index, text] of texts.entries()) {
    const typeDefs = documents[index]!;
    const subgraph = new InProcessSubgraph(text, typeDefs, world);
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request.setEncoding('utf8')) body += chunk;
      all.asked += 1;
      if (all.weather.dead.includes(text.name)) {
        request.socket.destroy();
        return;
      }
      const answer = subgraph.answer(JSON.parse(body), { weather: all.weather, turn: { mutations: 0 } });
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
    servers.push(server);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    all.composed.push({ name: text.name, url: `http://127.0.0.1:${port}/graphql`, typeDefs });
  }
  return all;
}

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compose } from '../testing/compose';
import { gatewayKeys } from '../testing/gateway-keys';
import { freePort } from '../testing/test-gateway';
import { officerClaims, startTestIssuer, type TestTokenIssuer } from '../testing/test-issuer';
import { subgraphDocument } from '../testing/test-subgraph';
import type { CannedSettings } from './canned-subgraphs';
import type { GatewaySettings } from './gateways';
import { Child, leaveGatewayCore } from './processes';
import { SHOP } from './reviews-shop';

/**
 * The others take every query at once. By its own measure ours would call the nested query expensive
 * and run few of them side by side, and on a busy machine refuse those that have waited,
 * for their plan too.
 */
const UNLIMITED = {
  MAX_RUNNING_EXPENSIVE: '256',
  MAX_WAIT_MS: '120000',
  OPERATION_TIMEOUT_MS: '120000',
  PLAN_TIMEOUT_MS: '60000',
};

/** What all gateways of a contest have in common: subgraphs that answer from memory, a supergraph, an issuer. */
export class Stage {
  private constructor(
    private readonly folder: string,
    private readonly directory: TestTokenIssuer,
    private readonly children: readonly Child[],
    /** The process that answers for all subgraphs. */
    readonly canned: Child<Record<string, string>>,
    readonly supergraphFile: string,
  ) {}

  /** The public four subgraphs. */
  static async ofShop(): Promise<Stage> {
    const shop = await Child.start<Record<string, string>>('shop', null, 'other cores');
    return Stage.before(
      { origins: shop.ready },
      (urls) =>
        compose(SHOP.map(({ name, sdl }) => ({ name, url: urls[name]!, typeDefs: subgraphDocument(sdl) }))),
      [shop],
    );
  }

  /** Subgraphs that are running already, asked as one caller, with a supergraph that names them. */
  static ofRunning(subgraphs: CannedSettings, supergraphFile: string): Promise<Stage> {
    return Stage.before(subgraphs, (urls) => withAddresses(readFileSync(supergraphFile, 'utf8'), urls), []);
  }

  private static async before(
    subgraphs: CannedSettings,
    supergraph: (urls: Record<string, string>) => string,
    children: Child[],
  ) {
    leaveGatewayCore();
    const canned = await Child.start<Record<string, string>>('canned', subgraphs, 'other cores');
    const folder = mkdtempSync(join(tmpdir(), 'junxian-bench-'));
    const file = join(folder, 'supergraph.graphql');
    writeFileSync(file, supergraph(canned.ready));
    const directory = await startTestIssuer({ issuer: 'junxian-directory', audience: 'junxian' });
    return new Stage(folder, directory, [...children, canned], canned, file);
  }

  /** Settings of a gateway that is not ours. */
  get others(): GatewaySettings {
    return { supergraphFile: this.supergraphFile };
  }

  /** Settings of ours, and the header by which an officer with these claims asks it. */
  async ours(environment: Record<string, string> = {}, claims: Record<string, unknown> = {}) {
    const key = join(this.folder, 'key.json');
    writeFileSync(key, JSON.stringify(gatewayKeys().privateJwk));
    const token = await this.directory.token(officerClaims(claims), { lifetimeSeconds: 24 * 3_600 });
    return {
      settings: {
        ...this.others,
        environment: {
          PORT: String(await freePort()),
          DIRECTORY_URL: this.directory.url,
          ASSERTION_KEY_FILE: key,
          ...UNLIMITED,
          ...environment,
        },
      },
      headers: { authorization: `Bearer ${token}` },
    };
  }

  async stop(): Promise<void> {
    for (const child of this.children) child.end();
    await this.directory.stop();
    rmSync(this.folder, { recursive: true });
  }
}

/** A supergraph with other addresses of its subgraphs. */
const withAddresses = (sdl: string, urls: Record<string, string>): string =>
  sdl.replaceAll(/(@join__graph\(name: "([^"]+)", url: )"[^"]*"/g, (text, before, name) =>
    urls[name] === undefined ? text : `${before}"${urls[name]}"`,
  );

import { configured } from '@junxian/subgraph';
import type { PersonalData } from './cases/personal-data.service';
import { CaseSearch } from './search/case-search.service';
import { Exports } from './search/exports.service';
import { REGISTERS } from './search/registers';
import type { ServiceParts } from './service';

/** Wires search and exports. */
export function searchRooms(parts: ServiceParts, personal: PersonalData) {
  const { clock, publicUrl } = parts;
  return {
    search: new CaseSearch(personal),
    exports:
      publicUrl === undefined
        ? configured<Exports>(undefined, 'its public address')
        : new Exports({
            clock,
            personal,
            database: configured(parts.database, 'a database'),
            links: configured(parts.links, 'a key for links'),
            linkBase: new URL('/files/petitions', publicUrl).href,
            registers: REGISTERS,
          }),
  };
}

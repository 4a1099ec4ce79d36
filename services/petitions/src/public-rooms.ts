import { referenceRegions } from '@junxian/administrative-region';
import { configured } from '@junxian/subgraph';
import type { PersonalData } from './cases/personal-data.service';
import { AccountRegistration } from './public-accounts/account-registration.service';
import { IdentityChecks } from './public-accounts/identity-checks.service';
import { Profiles } from './public-accounts/profiles.service';
import { PublicReading } from './public-accounts/public-reading.service';
import { RateLimiter } from './public-accounts/rate-limit.service';
import type { ServiceParts } from './service';
import { Attachments } from './submissions/attachments.service';
import { Submitting } from './submissions/submitting.service';
import { Tracking } from './tracking/tracking.service';

/** Wires the use cases of the public side: accounts, submissions with attachments, tracking. */
export function publicRooms(parts: ServiceParts, personal: PersonalData) {
  const { clock, identityCheckPrefixes = ['37'] } = parts;
  const database = configured(parts.database, 'a database');
  const directory = configured(parts.directory, 'the directory');
  const isRegion = (code: string) => referenceRegions().has(code);
  const identityChecks = new IdentityChecks(
    configured(parts.identityCheck, 'the identity check'),
    identityCheckPrefixes,
  );
  const limiter = new RateLimiter(database, personal);
  const files = configured(parts.files, 'stored files');
  const attachments = new Attachments(files);
  return {
    files,
    publicReading: new PublicReading(limiter, clock),
    accountRegistration: new AccountRegistration({
      database,
      clock,
      personal,
      directory,
      identityChecks,
      limiter,
      isRegion,
    }),
    profiles: new Profiles(personal, directory, identityChecks, isRegion),
    attachments,
    submitting: new Submitting(directory, limiter, attachments, clock, isRegion),
    tracking: new Tracking(database, personal, limiter, configured(parts.links, 'a key for links'), clock),
  };
}

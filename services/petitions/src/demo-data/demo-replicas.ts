import { levelOfCode } from '@junxian/administrative-region';
import { addDays } from '@junxian/calendar';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { PersonalData } from '../cases/personal-data.service';
import type { Features } from '../features';
import { looksLikeBureau } from '../organisations/bureaus.rules';
import { columnsOfProfile } from '../public-accounts/profiles.service';
import type { ProfileFacts } from '../public-accounts/public-account.types';
import { saveCityLink, saveGuidePage } from '../public-information/pages.service';
import { insertion } from '../rows';
import {
  appointmentId,
  type CitizenKey,
  type DemoCitizen,
  type DemoOrganisation,
  demoCitizens,
  demoId,
  demoOfficer,
  demoOfficers,
  demoOrganisations,
  type OfficerKey,
} from './demo-directory';
import { guide } from './demo-texts';

const SINCE = '2020-01-01';

/**
 * The demonstration's organisations and officers as the directory's events will bring them, for those that have not come yet: what an event says
 * comes later and wins. The stand-ins of appointments end tomorrow, since the real ones come under ids of their own.
 */
export async function insertReplicas(tx: ScopedTransaction, today: string): Promise<void> {
  for (const [key, { kind, sealName, regionCode, superior }] of Object.entries<DemoOrganisation>(
    demoOrganisations,
  ))
    await tx.query(
      `INSERT INTO organisation (id, seal_name, kind, region_code, region_level, superior_id, is_bureau, directory_version)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 0) ON CONFLICT (id) DO NOTHING`,
      [
        demoId('organisation', key),
        sealName,
        kind,
        regionCode,
        levelOfCode(regionCode),
        superior === null ? null : demoId('organisation', superior),
        looksLikeBureau({ kind, sealName }),
      ],
    );
  for (const key of Object.keys(demoOfficers) as OfficerKey[]) {
    const { accountId, organisationId, regionCode, regionLevel, roles } = demoOfficer(key);
    await tx.query(
      `INSERT INTO officer_appointment (id, account_id, organisation_id, region_code, region_level, roles, valid_from, valid_to, directory_version)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0) ON CONFLICT (id) DO NOTHING`,
      [
        appointmentId(key),
        accountId,
        organisationId,
        regionCode,
        regionLevel,
        roles,
        SINCE,
        addDays(today, 1),
      ],
    );
  }
}

/** The profiles of the demonstration's citizens, whose accounts the directory has. Returns whether they are new: the mark of a first start. */
export async function insertProfiles(
  tx: ScopedTransaction,
  personal: PersonalData,
  at: Date,
): Promise<boolean> {
  let isNew = false;
  for (const key of Object.keys(demoCitizens) as CitizenKey[]) {
    const citizen: DemoCitizen = demoCitizens[key];
    const { columns, placeholders, values } = insertion({
      ...columnsOfProfile(personal, profileOf(citizen)),
      id: demoId('account', `${key} profile`),
      accountId: demoId('account', key),
      username: key,
      anonymous: citizen.person === null,
      termsAcceptedAt: at,
      identityVerifiedAt: null,
      activatedAt: at,
      createdAt: at,
      updatedAt: at,
    });
    const inserted = await tx.query(
      `INSERT INTO public_account (${columns}) VALUES (${placeholders}) ON CONFLICT DO NOTHING RETURNING id`,
      values,
    );
    isNew ||= inserted.length > 0;
  }
  return isNew;
}

function profileOf({ mobile, person, address, regionCode }: DemoCitizen): ProfileFacts {
  return {
    name: person?.name ?? null,
    sex: person?.sex ?? null,
    idType: person === null ? null : 'RESIDENT_ID',
    idNumber: person?.idNumber ?? null,
    birthDate: person?.birthDate ?? null,
    householdAddress: address,
    householdRegionCode: regionCode,
    usualAddress: null,
    usualRegionCode: null,
    mailingAddress: null,
    mailingRegionCode: null,
    mobile,
    phone: null,
    email: null,
    ethnicity: null,
    politicalStatus: null,
    occupation: null,
    employer: null,
    postcode: null,
    residencyStatus: null,
  };
}

/** The province's guide and the links to its cities' pages. No demonstration officer administers them, so the service does. */
export async function insertGuide(
  tx: ScopedTransaction,
  features: Features,
  officer: Officer,
  at: Date,
): Promise<void> {
  const { regionCode } = officer;
  await saveGuidePage(tx, { regionCode, kind: 'REGULATION', ...guide.regulation }, features, officer, at);
  await saveGuidePage(tx, { regionCode, kind: 'NOTES', ...guide.notes }, features, officer, at);
  for (const [code, kind, title, url] of guide.links)
    await saveCityLink(tx, { regionCode: code, kind, title, url }, officer, at);
}

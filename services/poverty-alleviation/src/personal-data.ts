import { blindIndex, citizenIdOf, SealedFields } from '@junxian/identity';
import { type IdentityKey, searchKeys } from './households/identity-documents.rules';

/** The sealed columns. */
export type SealedColumn =
  | 'member.id_number'
  | 'member.phone'
  | 'household.phone'
  | 'household.bank_account'
  | 'assistance_unit.phone'
  | 'responsible_helper.id_number'
  | 'responsible_helper.phone'
  | 'work_team_member.id_number'
  | 'work_team_member.phone'
  | 'print_snapshot.html'
  | 'export_log.filter';

/** Seals, opens and indexes personal data of households and members. */
export class PersonalData extends SealedFields<SealedColumn> {
  /** The blind index under which an identity document is found. */
  indexOf({ kind, value }: IdentityKey): string {
    return blindIndex(this.keys.blindIndexKey, `idNumber:${kind}`, value);
  }

  /** The blind index of a phone number, by its digits. */
  phoneIndexOf(phone: string): string {
    return blindIndex(this.keys.blindIndexKey, 'phone', phone.replace(/\D/g, ''));
  }

  /** The indexes that a number typed into a search may stand under; null without a number. */
  searchIndexes(number: string | null | undefined): string[] | null {
    const typed = number?.trim() || null;
    return typed === null ? null : searchKeys(typed).map((key) => this.indexOf(key));
  }

  /** The citizen's id in every service, or null for documents that carry no citizen number. */
  citizenIdOf({ kind, value }: IdentityKey): string | null {
    return kind === 'citizen' ? citizenIdOf(value, this.keys.citizenIdKey) : null;
  }

  /** A keyed digest of a submission, to tell a repetition from another form under the same key. */
  digest(text: string): string {
    return blindIndex(this.keys.blindIndexKey, 'submission', text);
  }
}

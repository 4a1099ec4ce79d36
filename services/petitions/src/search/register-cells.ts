import { maskValue } from '@junxian/access';
import type { IdentityView } from '../cases/petitioner-view.rules';

/** A petitioner's name as its viewer may know it: in full, masked, 匿名, or nothing (section 6). */
export function nameCell(view: IdentityView, name: string | null): string | null {
  switch (view) {
    case 'FULL':
      return name ?? '不详';
    case 'PARTIAL':
      return maskValue('NAME', name ?? '不详');
    case 'ANONYMOUS':
      return '匿名';
    case 'NONE':
      return null;
  }
}

/** Whether a row showed who the petitioner is, and so counts for the audit (PT-SEC-02). */
export const showsIdentity = ({ view, name }: { view: IdentityView; name: string | null }): boolean =>
  view === 'FULL' && name !== null;

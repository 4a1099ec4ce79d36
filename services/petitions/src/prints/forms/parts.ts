import type { ServiceMode } from '../../handling/document.rules';
import type { ReceiptStrip, Section } from '../print.types';
import { paragraphsOf } from './words';

/** The petitioner as a document names them. */
export interface PetitionerOnPaper {
  name: string;
  address: string | null;
}

/** Facts of the item that every document repeats. */
export interface ItemOnPaper {
  itemNo: string;
  channel: string;
  petitionDate: string;
  receivedOn: string;
  title: string;
}

/** A section, or nothing when there is no text for it. */
export function section(title: string, text: string | null | undefined): Section[] {
  const paragraphs = paragraphsOf(text);
  return paragraphs.length === 0 ? [] : [{ title, paragraphs }];
}

const MODES: readonly { mode: ServiceMode; label: string }[] = [
  { mode: 'IN_PERSON', label: '当面送达' },
  { mode: 'POST', label: '邮寄送达' },
  { mode: 'OTHER', label: '其他方式' },
];

/** The receipt strip of a document; what is not known yet is filled in by hand. */
export function receiptStrip(
  document: string,
  petitioner: PetitionerOnPaper,
  serviceMode: ServiceMode | null,
): ReceiptStrip {
  return {
    document,
    recipient: petitioner.name,
    address: petitioner.address ?? '',
    modes: MODES.map(({ mode, label }) => ({ label, chosen: mode === serviceMode })),
  };
}

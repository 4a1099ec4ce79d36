import { folderMessenger } from './folder-messenger';
import { httpMessenger } from './http-messenger';
import type { Messenger } from './messenger';

/** What a service's environment says about messages; an empty text is none. */
export interface MessengerSettings {
  MESSENGER_URL?: string | undefined;
  MESSENGER_TOKEN?: string | undefined;
  /** Where messages lie when there is no provider. */
  folder: string;
}

/** The provider's messenger when an address is configured, else one that lays files into the folder. Throws RangeError on an address without a token. */
export function messengerFrom({ MESSENGER_URL, MESSENGER_TOKEN, folder }: MessengerSettings): Messenger {
  if (!MESSENGER_URL) return folderMessenger(folder);
  if (!MESSENGER_TOKEN) throw new RangeError('MESSENGER_URL needs MESSENGER_TOKEN beside it');
  return httpMessenger({ url: MESSENGER_URL, token: MESSENGER_TOKEN });
}

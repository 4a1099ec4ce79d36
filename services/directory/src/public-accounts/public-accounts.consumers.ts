import { CitizenRenumbered, defineConsumer } from '@junxian/messaging';
import type { PublicAccountsService } from './public-accounts.service';

/**
 * Who corrects a number is an officer, and no officer reaches a citizen's account: the service itself takes it along,
 * by the event of its own.
 */
export function publicAccountConsumers(publicAccounts: PublicAccountsService) {
  return [
    defineConsumer({
      name: 'directory.public-accounts-follow-renumbering',
      events: [CitizenRenumbered],
      handle: (tx, { data }) => publicAccounts.followRenumbering(tx, data),
    }),
  ];
}

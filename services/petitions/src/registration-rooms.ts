import { PresentRegions } from '@junxian/region-changes';
import { configured } from '@junxian/subgraph';
import type { PersonalData } from './cases/personal-data.service';
import { duplicateResolvers } from './duplicates/duplicates.resolvers';
import { interviewResolvers } from './interviews/interviews.resolvers';
import { QueryCodeMessages } from './registration/query-code-messages.service';
import { queryCodeResolvers } from './registration/query-codes.resolvers';
import { registrationResolvers } from './registration/registration.resolvers';
import { simpleRegistrationResolvers } from './registration/simple-registration.resolvers';
import type { ServiceParts } from './service';
import type { Attachments } from './submissions/attachments.service';

/** Wires the use cases of registration, the duplicate check and interviews. */
export function registrationRooms({ clock, messenger }: ServiceParts, personal: PersonalData) {
  return {
    regions: new PresentRegions(),
    queryCodeMessages: new QueryCodeMessages(personal, configured(messenger, 'a messenger'), clock),
  };
}

type RegistrationServices = ReturnType<typeof registrationRooms> &
  Pick<ServiceParts, 'clock'> &
  Required<Pick<ServiceParts, 'features'>> & { personal: PersonalData; attachments: Attachments };

/** Resolvers of these rooms. */
export function registrationRoomResolvers(services: RegistrationServices) {
  const { personal, attachments, queryCodeMessages } = services;
  return [
    registrationResolvers(services),
    simpleRegistrationResolvers(services),
    queryCodeResolvers(personal, queryCodeMessages),
    duplicateResolvers(personal),
    interviewResolvers(attachments),
  ];
}

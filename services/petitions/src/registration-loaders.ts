import type { ScopedTransaction } from '@junxian/persistence';
import { type DuplicateLoaders, duplicateLoaders } from './duplicates/duplicates.loaders';
import { type InterviewLoaders, interviewLoaders } from './interviews/interviews.loaders';
import { type RegistrationLoaders, registrationLoaders } from './registration/registration.loaders';

export type RegistrationRoomLoaders = RegistrationLoaders & DuplicateLoaders & InterviewLoaders;

/** Loaders of these rooms, made for each request. */
export function registrationRoomLoaders(read: () => Promise<ScopedTransaction>): RegistrationRoomLoaders {
  return { ...registrationLoaders(read), ...duplicateLoaders(read), ...interviewLoaders(read) };
}

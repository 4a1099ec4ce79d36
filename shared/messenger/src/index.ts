export { askProvider, ProviderFailure, type ProviderRequest } from './ask-provider';
export { folderMessenger } from './folder-messenger';
export { type HttpMessengerOptions, httpMessenger } from './http-messenger';
export type { Message, Messenger } from './messenger';
export { type MessengerSettings, messengerFrom } from './messenger-from';
export { messageNotSent } from './not-sent';

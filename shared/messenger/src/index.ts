export { askProvider, ProviderFailure, type ProviderRequest } from './ask-provider';
export { folderMessenger } from './folder-messenger';
export { type HttpMessengerOptions, httpMessenger } from './http-messenger';
export {
  type HttpMessageReportsOptions,
  httpMessageReports,
  type MessageReport,
  type MessageReports,
  type MessageReportsSettings,
  MOST_ASKED_AT_ONCE,
  messageReportsFrom,
} from './message-reports';
export type { Message, Messenger } from './messenger';
export { type MessengerSettings, messengerFrom } from './messenger-from';
export { messageNotSent } from './not-sent';

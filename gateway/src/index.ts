export { type Environment, readEnvironment } from './environment';
export { type RunningGateway, startGateway } from './gateway';

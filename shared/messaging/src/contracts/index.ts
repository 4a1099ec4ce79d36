export * from './directory';
export * from './identity-revealed';
export * from './party-organisation';
export * from './personnel';
export * from './petitions';
export * from './poverty-alleviation';
export * from './social-insurance';
export * from './student-affairs';

import type { RateLimit } from '@junxian/persistence';
import type { KeyRotation } from './signing-key.rules';

/** What may be tuned about signing in. */
export interface SignInSettings {
  /** Life of an access token; at most 600. */
  accessTokenSeconds: number;
  /** Longest session, and longest one of somebody who asked to stay signed in. */
  sessionHours: number;
  keptSessionHours: number;
  /** A VPN session without a refresh for so long ends (DI-SES-05). */
  vpnIdleMinutes: number;
  /** Within it a used refresh token may be presented again (see refresh.rules.ts). */
  refreshGraceSeconds: number;
  captchaSeconds: number;
  /** Attempts per login name and address, and per address alone (DI-LOG-07). */
  loginRate: RateLimit;
  addressRate: RateLimit;
  resetCodeMinutes: number;
  /** Citizens' codes (PT-PUB-08). */
  publicResetCodeMinutes: number;
  /** Codes a number may ask for, tries it may make, and either for an address. */
  resetCodeRate: RateLimit;
  resetTryRate: RateLimit;
  resetAddressRate: RateLimit;
  keyRotation: KeyRotation;
}

export const DEFAULT_SIGN_IN_SETTINGS: SignInSettings = {
  accessTokenSeconds: 600,
  sessionHours: 12,
  keptSessionHours: 30 * 24,
  vpnIdleMinutes: 30,
  refreshGraceSeconds: 5,
  captchaSeconds: 120,
  loginRate: { attempts: 20, windowSeconds: 60 },
  addressRate: { attempts: 600, windowSeconds: 60 },
  resetCodeMinutes: 10,
  publicResetCodeMinutes: 5,
  resetCodeRate: { attempts: 5, windowSeconds: 3_600 },
  resetTryRate: { attempts: 20, windowSeconds: 600 },
  resetAddressRate: { attempts: 60, windowSeconds: 3_600 },
  keyRotation: { rotateEverySeconds: 30 * 86_400, publishAheadSeconds: 86_400, keepSeconds: 3_600 },
};

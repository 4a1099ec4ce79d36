/**
 * How often public forms may be used. An address is shared by a hall or a school, so it gets more than one account.
 * Refused attempts do not count.
 */
export const RATE_LIMITS = {
  registerPerAddress: { attempts: 20, windowSeconds: 3_600 },
  submitPerAccount: { attempts: 10, windowSeconds: 3_600 },
  submitPerAddress: { attempts: 60, windowSeconds: 3_600 },
  trackPerAddress: { attempts: 30, windowSeconds: 60 },
  /** Pages of each kind that everybody may read. */
  readPerAddress: { attempts: 120, windowSeconds: 60 },
} as const;

/** The longest window of any limit or lock: older attempts are of no use. */
export const LONGEST_WINDOW_SECONDS = 3_600;

/** Parts the manual's version has switched off; each is built and off by default. */
export interface Features {
  /** 网上建议 (§2.10, §3.2) */
  onlineSuggestions: boolean;
  /** 督办 as a handling mode (§6.1.5, PT-HND-09) */
  supervise: boolean;
  /** City and provincial department lists of the guide (§2.12) */
  departmentLists: boolean;
}

export const FEATURES_OFF: Features = { onlineSuggestions: false, supervise: false, departmentLists: false };

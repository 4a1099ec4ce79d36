/** A region of the directory, by its key. */
export interface RegionReference {
  code: string;
}

/** A citizen, by the id that every service derives alike. */
export interface CitizenReference {
  id: string;
}

/** An account of the directory, by its key: officers are named by it, never by their names. */
export interface AccountReference {
  id: string;
}

/** A region of the directory, by its key. */
export interface RegionReference {
  code: string;
}

/** A citizen, by the id that every service derives alike. */
export interface CitizenReference {
  id: string;
}

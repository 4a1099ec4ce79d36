/** The region a row lies in, and which change of regions it followed last. */
export const REGION = `
        region_code text COLLATE "C" NOT NULL,
        -- Number of the last region change this row followed; it keeps a re-coding from being applied twice.
        region_epoch integer NOT NULL DEFAULT 0`;

/** Who made a row and who changed it last, and how often it was changed. */
export const TRACE = `
        created_by text NOT NULL,
        created_at timestamptz NOT NULL,
        updated_by text NOT NULL,
        updated_at timestamptz NOT NULL,
        version integer NOT NULL DEFAULT 1`;

/** A key's life: published at once, used from `activeFrom`, kept until the last token it signed has expired. */
export interface KeyLife {
  kid: string;
  activeFrom: Date;
}

export interface KeyRotation {
  rotateEverySeconds: number;
  /** How long before its first use a key is published, so that every cache of the JWKS has it. */
  publishAheadSeconds: number;
  /** How long a superseded key is still published: longer than any token lives. */
  keepSeconds: number;
}

export interface KeyDecision {
  /** When the key to make now becomes active; null when none is due. */
  create: { activeFrom: Date } | null;
  /** Keys whose last token has expired. */
  drop: string[];
}

const later = (instant: Date, seconds: number) => new Date(instant.getTime() + seconds * 1000);

/** The key that signs at an instant: the newest active one. */
export function signingKeyAt<Key extends KeyLife>(keys: readonly Key[], now: Date): Key | undefined {
  return keys
    .filter(({ activeFrom }) => activeFrom <= now)
    .sort((a, b) => b.activeFrom.getTime() - a.activeFrom.getTime())[0];
}

/** Decides what the rotation of signing keys has to do now; deciding again after doing it gives nothing to do. */
export function decideRotation(keys: readonly KeyLife[], now: Date, rotation: KeyRotation): KeyDecision {
  const byAge = [...keys].sort((a, b) => a.activeFrom.getTime() - b.activeFrom.getTime());
  const drop = byAge
    .filter((_, index) => {
      const successor = byAge[index + 1];
      return successor !== undefined && later(successor.activeFrom, rotation.keepSeconds) <= now;
    })
    .map(({ kid }) => kid);
  const newest = byAge.at(-1);
  if (newest === undefined || signingKeyAt(keys, now) === undefined)
    return { create: { activeFrom: now }, drop };
  const due = later(newest.activeFrom, rotation.rotateEverySeconds);
  if (newest.activeFrom > now || later(now, rotation.publishAheadSeconds) < due)
    return { create: null, drop };
  const published = later(now, rotation.publishAheadSeconds);
  return { create: { activeFrom: new Date(Math.max(published.getTime(), due.getTime())) }, drop };
}

/** Whether an organisation is taken for a petition bureau 信访局 while nobody has decided: a bureau whose seal says so. */
export function looksLikeBureau({ kind, sealName }: { kind: string; sealName: string }): boolean {
  return kind === 'BUREAU' && sealName.includes('信访');
}

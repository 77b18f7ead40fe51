/** What a scanned enrolment code holds. */
export interface ScannedEnrolment {
  /** Address of the centre; null where the code alone was scanned. */
  baseUrl: string | null;
  code: string;
}

/**
 * Reads a scan as an enrolment: the JSON of a provisioning file (`{"baseUrl","code"}`), or the code alone. Pure.
 * @returns null for a scan that is neither
 */
export function enrolmentOf(scan: string): ScannedEnrolment | null {
  const text = scan.trim();
  if (!text.startsWith('{')) return /^[\x21-\x7e]{4,200}$/.test(text) ? { baseUrl: null, code: text } : null;
  try {
    const { baseUrl, code } = JSON.parse(text) as { baseUrl?: unknown; code?: unknown };
    return typeof baseUrl === 'string' && typeof code === 'string' ? { baseUrl, code } : null;
  } catch {
    return null; // cut off, or of something else
  }
}

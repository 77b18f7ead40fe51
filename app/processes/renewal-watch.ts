import type { Clock, Timer } from '../../device/clock.ts';
import type { EnrolmentApi } from '../server/technician/enrolment-routes.ts';

/** How often a centre is asked again for the new key of a device that it knows. */
export const RENEWAL_RETRY_MS = 20_000;

export interface RenewalWatchOptions {
  enrolment: Pick<EnrolmentApi, 'isRenewing' | 'resume'>;
  clock: Clock;
  onFault: (error: unknown) => void;
}

/**
 * Brings a renewal to its end that a power cut or an absent centre held up: by then the centre may know the new key only,
 * and nobody stands at the window to press a button.
 * @returns how to stop
 */
export function watchRenewal({ enrolment, clock, onFault }: RenewalWatchOptions): () => void {
  let timer: Timer;
  let isStopped = false;
  const look = async () => {
    if (enrolment.isRenewing()) await enrolment.resume().catch(onFault);
    if (!isStopped) again();
  };
  const again = () => {
    timer = clock.setTimer(RENEWAL_RETRY_MS, () => void look());
  };
  again();
  return () => {
    isStopped = true;
    timer.cancel();
  };
}

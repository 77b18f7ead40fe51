import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { Appliance } from '../../device/appliance.ts';
import type { Clock } from '../../device/clock.ts';
import { CodedError } from '../../device/errors.ts';
import { jwksSchema } from '../../device/identity/configuration.ts';
import type { Identity } from '../../device/identity/identity-store.ts';
import {
  type ApplianceSide,
  connectApplianceSide,
  type LinkReport,
  type ManifestAnswer,
  type MessagePortLike,
} from '../../sync/device-port.ts';
import type { DeliveryState } from '../server/technician/delivery.ts';
import type { EnrolmentAnswer, EnrolmentRequest } from '../server/technician/status.ts';
import { DeliveryWatch } from './delivery-watch.ts';

export interface AgentLinkOptions {
  appliance: Appliance;
  clock: Clock;
  log: Logger;
  version: string;
}

/** The appliance's end of the port to whichever agent process is alive now. */
export class AgentLink {
  readonly #options: AgentLinkOptions;
  #side: ApplianceSide | null = null;
  #report: LinkReport | null = null;
  #invited: string | null = null;
  readonly #watch: DeliveryWatch;

  constructor(options: AgentLinkOptions) {
    this.#options = options;
    const { appliance, clock, log } = options;
    // Facts beside the visit (a paper form, an event) change no screen, and are to be sent all the same.
    appliance.ledger.onAppend(() => this.#side?.wake());
    appliance.subscribe(() => this.#tellInvitation());
    appliance.commissioning.onConnectionChange(() => this.#side?.connectionChanged());
    this.#watch = new DeliveryWatch({ appliance, clock, log, report: () => this.#report });
  }

  /** What the agent said last of its connection; null before it said anything. */
  get report(): LinkReport | null {
    return this.#report;
  }

  /** Where delivery stands now: dates in danger, attempts, the clock. */
  delivery(): Promise<DeliveryState> {
    return this.#watch.state();
  }

  /** Something may be there to send. */
  wake(): void {
    this.#side?.wake();
  }

  /** The line is opened anew, also where the centre had disowned the device. */
  reconnect(): void {
    this.#side?.connectionChanged();
  }

  /** A new agent came up. */
  connect(port: MessagePortLike): void {
    const { appliance, clock, log } = this.#options;
    const side = connectApplianceSide(
      port,
      {
        outbox: appliance.outbox,
        connection: async () => this.#connection(),
        keptOffset: () => appliance.time.keptOffset,
        offerConfiguration: ({ jws }) => this.#offer(jws),
        ratedElsewhere: async ({ visitId }) => {
          appliance.window().ratedElsewhere(visitId);
        },
        reportLink: async (report) => this.#takeReport(report),
        completeness: {
          provesDelivery: async (isProved) => appliance.canary.allow(isProved),
          plan: async () => (appliance.provisioned() === null ? null : appliance.manifests.plan()),
          answer: async (answer) => this.#takeManifest(answer),
        },
        invitedVisits: () => [appliance.invitedVisit()].filter((visitId) => visitId !== null),
      },
      { clock, report: (fault) => log.warn({ ...fault }, 'the port to the agent carried something unexpected') },
    );
    this.#side = side;
    void side.closed.then(() => {
      if (this.#side === side) this.#side = null;
    });
  }

  /**
   * Enrols by code: the agent asks the centre, the appliance verifies and keeps what came.
   * @param next the key to ask with; null: the one in force
   */
  async enrol({ baseUrl, code }: EnrolmentRequest, next: Identity | null): Promise<EnrolmentAnswer> {
    const { appliance, version } = this.#options;
    if (this.#side === null) {
      return { outcome: 'unreachable', code: 'no_agent', message: 'The delivery agent is starting; try again.' };
    }
    const outcome = await this.#side.enrol({
      baseUrl,
      code,
      publicKey: (next?.key ?? appliance.key).publicJwk,
      hardware: { model: 'pingjiaqi', serial: hostname(), software: version },
    });
    if (outcome.outcome === 'waiting') return outcome;
    if (outcome.outcome === 'refused') return outcome;
    if (outcome.outcome === 'unreachable')
      return { outcome: 'unreachable', code: 'unreachable', message: outcome.detail };
    return this.#enrolled(baseUrl, outcome, next);
  }

  async #enrolled(
    baseUrl: string,
    given: { deviceId: string; centreKeys: { keys: unknown[] }; configuration: string },
    next: Identity | null,
  ): Promise<EnrolmentAnswer> {
    try {
      const { deviceId, configuration } = given;
      const centreKeys = jwksSchema.parse(given.centreKeys);
      await this.#options.appliance.commissioning.enrolled({ deviceId, baseUrl, centreKeys, configuration }, next);
      return { outcome: 'enrolled', deviceId };
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      return { outcome: 'refused', code: error.code, message: `${error.message}. ${error.hint}` };
    }
  }

  stop(): void {
    this.#watch.stop();
  }

  #connection() {
    const provisioned = this.#options.appliance.provisioned();
    if (provisioned === null) return null;
    const { deviceId, baseUrl, centreKeys } = provisioned;
    return { deviceId, baseUrl, centreKeys, alg: this.#options.appliance.key.alg };
  }

  async #offer(jws: string): Promise<{ accepted: boolean; code?: string; version: number | null }> {
    const { appliance, log } = this.#options;
    try {
      return { accepted: true, version: await appliance.offerConfiguration(jws) };
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      log.warn({ reason: error.code, detail: error.message }, 'an offered configuration was refused');
      return { accepted: false, code: error.code, version: appliance.provisioned()?.document.version ?? null };
    }
  }

  /** What is to be sent again is in the outbox when the agent is woken. */
  #takeManifest(answer: ManifestAnswer): { more: boolean } {
    const more = this.#options.appliance.manifests.answer(answer);
    this.#side?.wake();
    return { more };
  }

  #takeReport(report: LinkReport): void {
    this.#report = report;
    const { clockOffsetMs, clockBoundMs } = report;
    if (clockOffsetMs !== null) this.#options.appliance.time.learn(clockOffsetMs, clockBoundMs ?? 0);
  }

  /** A rating screen may have opened or closed. */
  #tellInvitation(): void {
    const invited = this.#options.appliance.invitedVisit();
    if (invited === this.#invited) return;
    if (this.#invited !== null) this.#side?.visitClosed(this.#invited);
    if (invited !== null) this.#side?.visitInvited(invited);
    this.#invited = invited;
  }
}

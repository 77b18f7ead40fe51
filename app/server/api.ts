import type { VoiceNow } from '../../device/appliance-options.ts';
import type { Picture } from '../../device/content/picture.ts';
import type { Configuration } from '../../device/identity/configuration.ts';
import type { MaintenanceDoor } from '../../device/maintenance-door.ts';
import type { PaperDesk } from '../../device/paper/paper-desk.ts';
import type { Reminders } from '../../device/reminders.ts';
import type { Session } from '../../device/staff/session.ts';
import type { CitizenCommand, CitizenView, StaffView } from '../../device/visit/views.ts';
import type { VisitRequest } from '../../device/window.ts';
import type { SupportBundle } from '../processes/support-bundle.ts';
import type { WindowApi } from './local/window-routes.ts';
import type { ConfigurationApi } from './technician/configuration.ts';
import type { DeliveryState } from './technician/delivery.ts';
import type { EnrolmentApi } from './technician/enrolment-routes.ts';
import type { EvacuationApi } from './technician/evacuation.ts';
import type { KeypadLearning } from './technician/keypad-learning.ts';
import type { Measures } from './technician/metrics.ts';
import type { PeripheralTests } from './technician/peripherals.ts';
import type { PortTrials } from './technician/ports.ts';
import type { SelfTestApi } from './technician/self-test.ts';
import type { SetAsideApi } from './technician/set-aside.ts';
import type { TechnicianStatus } from './technician/status.ts';

/** Who of the roster is signed in at this device. */
export interface PeopleApi {
  /** @throws StaffError `pin_wrong`, `sign_in_locked`, `sign_in_busy` */
  signIn(number: string, pin: string): Promise<{ token: string }>;
  session(token: string): Session | null;
  signOut(token: string): void;
  person(staffId: string): { number: string; name: string } | null;
  mayAnybodySignIn(): boolean;
}

/** What the servers need of the appliance; its implementation is wired in app/processes/appliance.ts. */
export interface ApplianceApi {
  trial: boolean;
  citizenView(): CitizenView;
  /** A screen shows the citizen's page. @returns to be called when it does no more */
  screenLit(): () => void;
  /** What page and keeper of the window tell. */
  window: WindowApi;
  /** Of the official page, where the citizen's page shows it in a frame; null else. */
  frameOrigin(): string | null;
  /** Throws where nothing could be kept; false where the command had no place. */
  citizen(command: CitizenCommand): boolean;
  staffView(): StaffView;
  people: PeopleApi;
  /** @throws WindowError */
  openVisit(request: OpenVisitCall): { visitId: string };
  invite(visitId: string): void;
  /** 办结. @param closedAt ms since 1970; null: now */
  close(visitId: string, closedAt: number | null): void;
  reminders: Pick<Reminders, 'list' | 'done'>;
  /** Forms typed by two people whose task it is. */
  paper: Pick<PaperDesk, 'forms' | 'first' | 'second'>;
  skip(visitId: string, reason: string): void;
  pause(reason: string, limitMs: number): void;
  resume(): void;
  visitState(visitId: string): 'open' | 'closed';
  /** Business systems that may call; empty while the device is not provisioned. */
  clients(): Configuration['clients'];
  /** Who may use the maintenance page. */
  access: MaintenanceDoor;
  /** What a client of `clients()` may ask. */
  scopesOf(client: string): readonly ('visits' | 'reminders')[];
  technicianStatus(): Promise<TechnicianStatus>;
  /** What a technician sets going beside the lines that are always looked at. */
  selfTest: SelfTestApi;
  /** What the centre would not take. */
  setAside: SetAsideApi;
  /** Where delivery stands: for the technician and metrics, never for staff. */
  delivery(): Promise<DeliveryState>;
  /** What a technician tries out at readers, printers and scanners. */
  tests: PeripheralTests;
  keypadLearning: KeypadLearning;
  /** What is at a port that nobody knows. */
  portBench: PortTrials;
  /** Of the configuration in force. @param id SHA-256 in lower-case hex */
  picture(id: string): Picture | null;
  /** What the window can say, and how loud it is now. */
  voice(): VoiceNow;
  enrolment: EnrolmentApi;
  /** What is in force, and a configuration brought by hand. */
  configuration: ConfigurationApi;
  /** For monitoring; nothing of a grade or a person. */
  measures(): Promise<Measures>;
  /** Data out on a stick, receipts back. */
  evacuation: EvacuationApi;
  /** Signed and masked: to be handed to whoever can help. */
  supportBundle(): Promise<SupportBundle>;
  /** The same as a file on a stick. @returns its path @throws CodedError `stick_gone`, or the write's error */
  supportBundleTo(stick: string): Promise<string>;
  /** 验收报告 of this moment: HTML, signed in its last line. */
  acceptanceReport(): Promise<string>;
  /** The same as a file on a stick. @returns its path @throws CodedError `stick_gone`, or the write's error */
  acceptanceReportTo(stick: string): Promise<string>;
  /** Opens a sample visit, in trial mode only. */
  trialVisit(): { visitId: string };
  /** Calls back after every change of any view; returns the way to unsubscribe. */
  subscribe: (listener: () => void) => () => void;
}

export interface OpenVisitCall extends Omit<VisitRequest, 'window' | 'servedAt'> {
  /** ms since 1970; null: now. */
  servedAt: number | null;
  /** For a repeated request: the same client and key get the same answer (`Idempotency-Key`). */
  idempotency: { client: string; key: string; requestHash: string } | null;
}

import type { Clock } from './clock.ts';
import { nightAt } from './content/night.ts';
import type { WindowContent } from './content/window-content.ts';
import type { Configuration } from './identity/configuration.ts';
import { qrSvg } from './identity/qr.ts';
import type { IdentityKey } from './identity/suite/key.ts';
import { visitLink } from './identity/visit-link.ts';
import { receiptCodeOf } from './ledger/receipt-code.ts';
import { tagsForLevel } from './policy/catalogue.ts';
import { reasonAsked } from './policy/reason.ts';
import type { Rules } from './rules.ts';
import { rosterOf } from './staff/session.ts';
import { citizenView } from './visit/citizen-view.ts';
import type { OpenVisit } from './visit/model.ts';
import { staffView } from './visit/staff-view.ts';
import type {
  CitizenView,
  IdleContent,
  ItemName,
  PlacePieces,
  StaffInfo,
  StaffView,
  WindowInfo,
} from './visit/views.ts';
import { chinesePieces } from './visit/word-breaks.ts';
import type { Window } from './window.ts';

const COMMENT_MAX_CHARS = 500;
const NO_WINDOW: WindowInfo = { hall: '', number: '', name: '', department: '' };

export interface ScreensOptions {
  trial: boolean;
  clock: Clock;
  deviceId: string;
  configuration: Configuration;
  rules: Rules;
  content: WindowContent;
  /** The ticket that was called to the window. */
  called: () => { ticket: string; times: number } | null;
  /** Whether a card is asked for, or was read. */
  card: () => 'wanted' | 'read' | null;
  /** Id of the person signed in at the window. */
  atWindow: () => string | null;
  /** Signs the token of the QR. */
  key: Pick<IdentityKey, 'alg' | 'sign'>;
}

interface VisitLink {
  visitId: string;
  link: string | null;
  svg: string | null;
}

/** The views of one provisioned window: the visit's state dressed with configuration and catalogue. */
export class Screens {
  readonly #options: ScreensOptions;
  readonly #items: ItemName[];
  readonly #place: PlacePieces;
  #link: VisitLink | null = null;

  constructor(options: ScreensOptions) {
    this.#options = options;
    this.#items = options.configuration.items.map(({ code, name }) => ({ code, pieces: chinesePieces(name) }));
    const { name, department } = options.configuration.window;
    this.#place = { name: chinesePieces(name), department: chinesePieces(department) };
  }

  citizen(window: Window): CitizenView {
    const { trial, clock, configuration, rules } = this.#options;
    const visit = window.state.context.current;
    return citizenView(window.state, {
      trial,
      window: this.#windowInfo(),
      items: this.#items,
      place: this.#place,
      staff: (staffId) => this.#staff(staffId),
      choices: (level) =>
        tagsForLevel(rules.catalogue, level).map(({ code, text, group }) => ({
          code,
          text,
          ...(group === undefined ? {} : { group }),
        })),
      reasonAsked: (level) => reasonAsked(rules.pack, level),
      commentMaxChars: COMMENT_MAX_CHARS,
      mayGuide: trial || configuration.settings.guide !== undefined,
      layout: configuration.settings.layout,
      content: () => this.#idleContent(),
      called: this.#options.called(),
      card: this.#options.card(),
      qrSvg: window.state.name === 'inviting' && visit !== null ? this.#linkOf(visit).svg : null,
      unifiedPage:
        configuration.settings.page === 'unified' && window.state.name === 'inviting' && visit !== null
          ? this.#linkOf(visit).link
          : null,
      receiptCode: window.ratingHash === null ? null : receiptCodeOf(window.ratingHash),
      monotonicMs: clock.monotonicMs(),
    });
  }

  staff(window: Window, deliveryPending: boolean): StaffView {
    const { trial, clock, configuration, atWindow } = this.#options;
    const { number, name } = configuration.window;
    const staffId = atWindow();
    return staffView(window.state, {
      trial,
      staff: configuration.staff.find(({ id }) => id === staffId) ?? null,
      window: { number, name },
      deliveryPending,
      wallMs: clock.wallMs(),
      monotonicMs: clock.monotonicMs(),
    });
  }

  #windowInfo(): WindowInfo {
    const { hall, number, name, department } = this.#options.configuration.window;
    return { hall, number, name, department };
  }

  /** The person of the visit; on the idle screen who is signed in, else the only one who serves here. */
  #staff(staffId: string | null): StaffInfo | null {
    const { configuration, content } = this.#options;
    const id = staffId ?? this.#atIdleWindow();
    const person = configuration.staff.find((one) => one.id === id);
    if (person === undefined) return null;
    return { number: person.number, name: person.name, post: person.post, photo: content.photoOf(person.id) };
  }

  #atIdleWindow(): string | null {
    const { configuration, atWindow } = this.#options;
    const roster = rosterOf(configuration);
    const serving = roster.people.filter(({ id }) => roster.roleOf(id) === 'window');
    return atWindow() ?? (serving.length === 1 ? (serving[0]?.id ?? null) : null);
  }

  #idleContent(): IdleContent {
    const { content, clock, configuration, rules } = this.#options;
    const staffId = this.#atIdleWindow();
    return {
      ...content.shownAt(clock.wallMs()),
      marks: staffId === null ? [] : content.marksOf(staffId),
      night: nightAt(clock.wallMs(), configuration.settings.hours, rules.calendar),
    };
  }

  /** Made once a visit. A case number too long for a QR costs the QR, not the rating. */
  #linkOf(visit: OpenVisit): VisitLink {
    if (this.#link?.visitId === visit.visitId) return this.#link;
    const link = visitLink(visit, this.#options);
    this.#link = { visitId: visit.visitId, link, svg: link === null ? null : qrSvg(link, 'L') };
    return this.#link;
  }
}

/** Before anybody told the device which window it is. */
export function bareCitizenView(trial: boolean, reason: 'not_provisioned' | 'storage'): CitizenView {
  return { trial, window: NO_WINDOW, mayGuide: false, screen: 'out_of_service', reason };
}

export function bareStaffView(trial: boolean): StaffView {
  return {
    trial,
    staff: null,
    window: { number: '', name: '', state: 'idle' },
    visit: null,
    waiting: 0,
    paused: null,
    today: { opened: 0, invited: 0, closed: 0 },
    notice: null,
  };
}

/**
 * Who may ask for what: every route of both listeners, for everybody who may try. For tests: access.test.ts asks each for
 * each, and the fuzz run must draw each.
 */

/** Who the callers are, access.test.ts says. */
export type Role =
  | 'screen'
  | 'inspector'
  | 'technician'
  | 'command'
  | 'program'
  | 'signedIn'
  | 'otherTask'
  | 'clerk'
  | 'business'
  | 'stranger'
  | 'rebound'
  | 'otherSite';

/** `pass`: the route itself answers, whatever it says. */
export type Word = 'pass' | 401 | 403;
type Row = Record<Role, Word>;

const NEVER = { rebound: 403, otherSite: 403 } as const;
const HALL_NEVER = { clerk: 403, business: 403, stranger: 403, ...NEVER } as const;
/** Whoever sits at the machine, in the device's own window or in another browser. */
const LOCAL = {
  screen: 'pass',
  inspector: 'pass',
  technician: 'pass',
  command: 'pass',
  program: 'pass',
  signedIn: 'pass',
  otherTask: 'pass',
} as const;
const NOT_WINDOW = { program: 401, signedIn: 401, otherTask: 401 } as const;
/** A page without anything in it, on the machine itself. */
const LOCAL_PAGE: Row = { ...LOCAL, ...HALL_NEVER };
/** What the window of the device and nobody else on the machine may do. */
const WINDOW: Row = { ...LOCAL, ...NOT_WINDOW, ...HALL_NEVER };
/** Behind a one-time code. */
const LOOK: Row = { ...LOCAL, ...NOT_WINDOW, screen: 401, ...HALL_NEVER };
const CHANGE: Row = { ...LOOK, inspector: 403 };
/** Nothing in it that a passer-by in the hall may not see. */
const ANYBODY: Row = { ...LOCAL, clerk: 'pass', business: 'pass', stranger: 'pass', ...NEVER };
/** PINs and cookies travel on the machine itself or over TLS only. */
const SIGN_IN: Row = { ...LOCAL, ...HALL_NEVER };
const NO_KEY = { screen: 401, inspector: 401, technician: 401, command: 401, program: 401 } as const;
/** Whoever signed in at the window. */
const STAFF: Row = { ...SIGN_IN, ...NO_KEY, otherTask: 403 };
/** Whoever's task is paper; whoever serves at the window never. */
const PAPER: Row = { ...SIGN_IN, ...NO_KEY, signedIn: 403 };
const BUSINESS: Row = {
  ...NO_KEY,
  signedIn: 401,
  otherTask: 401,
  clerk: 401,
  business: 'pass',
  stranger: 401,
  ...NEVER,
};

/** By listener, method and path. The order counts where a route ends a session that others use. */
export const ROUTE_MATRIX: Readonly<Record<string, Row>> = {
  'local GET /': LOCAL_PAGE,
  'local GET /assets/*': LOCAL_PAGE,
  // Asks for the window's token itself, after the upgrade: see local-gate.test.ts.
  'local GET /citizen/socket': LOCAL_PAGE,
  'local GET /technician': LOCAL_PAGE,
  'local POST /window/frames': WINDOW,
  // Whoever started the browser; no page of it.
  'local POST /window/report': { ...WINDOW, screen: 401, inspector: 401, technician: 401 },
  'local GET /technician/session': WINDOW,
  'local POST /technician/session': WINDOW,
  'local GET /technician/status': LOOK,
  'local GET /technician/set-aside': LOOK,
  'local POST /technician/set-aside/resubmit': CHANGE,
  'local POST /technician/reconnect': CHANGE,
  'local POST /technician/centre-check': CHANGE,
  'local POST /technician/ledger-check': CHANGE,
  'local POST /technician/tests/result': CHANGE,
  'local GET /content/:id': LOCAL_PAGE,
  'local GET /voice': LOCAL_PAGE,
  'local GET /voice/:pack/:file': LOCAL_PAGE,
  'local GET /technician/traffic': LOOK,
  'local POST /technician/paper-form': CHANGE,
  'local POST /technician/scanned-code': CHANGE,
  'local POST /technician/tests/card': CHANGE,
  'local POST /technician/tests/print': CHANGE,
  'local GET /technician/identity': LOOK,
  'local GET /technician/enrolment': LOOK,
  'local POST /technician/enrolment': CHANGE,
  'local POST /technician/enrolment/scan': CHANGE,
  'local POST /technician/enrolment/stick': CHANGE,
  'local POST /technician/enrolment/resume': CHANGE,
  'local GET /technician/configuration': LOOK,
  'local POST /technician/configuration/check': CHANGE,
  'local POST /technician/configuration/apply': CHANGE,
  'local GET /technician/evacuation': LOOK,
  'local POST /technician/evacuation': CHANGE,
  'local POST /technician/receipts': CHANGE,
  'local GET /metrics': LOOK,
  'local GET /technician/support-bundle': LOOK,
  'local POST /technician/support-bundle': CHANGE,
  'local GET /technician/acceptance-report': LOOK,
  'local POST /technician/acceptance-report': CHANGE,
  'local GET /technician/network': LOOK,
  'local POST /technician/network': CHANGE,
  'local GET /technician/keypad-lesson': LOOK,
  'local GET /technician/ports': LOOK,
  'local GET /technician/port-trial': LOOK,
  'local POST /technician/port-trial': CHANGE,
  'local POST /technician/port-trial/stop': CHANGE,
  'local POST /technician/port-trial/use': CHANGE,
  'local POST /technician/listening': CHANGE,
  'local POST /technician/listening/stop': CHANGE,
  'local GET /technician/peripheral-report': LOOK,
  'local POST /technician/tests/sound': CHANGE,
  'local POST /technician/keypad-lesson': CHANGE,
  'local POST /technician/keypad-lesson/absent': CHANGE,
  'local POST /technician/keypad-lesson/stop': CHANGE,
  // Forbidden outside trial mode, which this device is not in.
  'local POST /technician/trial-visit': { ...CHANGE, technician: 403, command: 403 },
  // Last of the loopback: it ends the session that the others use.
  'local POST /technician/lock': WINDOW,
  'lan GET /': ANYBODY,
  'lan GET /assets/*': ANYBODY,
  'lan GET /openapi.json': ANYBODY,
  'lan GET /session': SIGN_IN,
  'lan POST /session': SIGN_IN,
  'lan GET /staff/events': STAFF,
  'lan POST /staff/invitation': STAFF,
  'lan POST /staff/pause': STAFF,
  'lan POST /staff/resume': STAFF,
  'lan POST /staff/skip': STAFF,
  'lan GET /paper/forms': PAPER,
  'lan POST /paper/entries': PAPER,
  // The second entry is another role's: see paper.test.ts.
  'lan POST /paper/reviews': { ...PAPER, otherTask: 403 },
  'lan GET /v1/events': BUSINESS,
  'lan GET /v1/visits/:id': BUSINESS,
  'lan POST /v1/visits': BUSINESS,
  'lan POST /v1/visits/:id/invitation': BUSINESS,
  'lan POST /v1/visits/:id/closure': BUSINESS,
  'lan POST /v1/visits/:id/skip': BUSINESS,
  // A key of its own: this client has the scope for visits only.
  'lan GET /v1/reminders': { ...BUSINESS, business: 403 },
  'lan POST /v1/reminders/:id/done': { ...BUSINESS, business: 403 },
  'lan POST /v1/window/pause': BUSINESS,
  'lan POST /v1/window/resume': BUSINESS,
  // Last: it ends the sessions that the others use.
  'lan DELETE /session': SIGN_IN,
};

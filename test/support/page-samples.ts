import type { PortRow } from '../../app/server/technician/ports.ts';
import { qrSvg } from '../../device/identity/qr.ts';
import type { LearningReport } from '../../device/peripherals/keypad/learning/keypad-school.ts';
import { PORT_HINTS } from '../../device/peripherals/port/port-error.ts';
import type { TrialReport } from '../../device/peripherals/trial/port-bench.ts';
import type { CitizenView, IdleContent, StaffView } from '../../device/visit/views.ts';
import { chinesePieces } from '../../device/visit/word-breaks.ts';

/** Views as the appliance sends them, for looking at pages without an appliance. */

export const VISIT_ID = '019a9f3e-7c10-7aaa-8bbb-0123456789ab';
export const NEXT_VISIT_ID = '019a9f3e-7c10-7aaa-8bbb-0123456789ac';

const frame = {
  trial: true,
  mayGuide: true,
  window: { hall: '青城市政务服务中心', number: 'A-07', name: '不动产登记', department: '青城市自然资源局' },
};
const staff = { number: '0107', name: '苏日娜', post: '综合窗口受理员', photo: null };
const noContent = { marks: [], notices: [], pictures: [], windowCode: null, night: null } satisfies IdleContent;
const itemName = '国有建设用地使用权及房屋所有权转移登记';
const items = [
  itemName,
  '不动产抵押权首次登记',
  '不动产抵押权注销登记',
  '不动产预告登记',
  '不动产异议登记',
  '不动产更正登记',
  '不动产查封登记',
  '不动产权证书补发',
  '不动产登记资料查询',
  '地役权登记',
  '农村宅基地使用权首次登记',
  '集体建设用地使用权及建筑物、构筑物所有权变更登记',
  '森林、林木所有权登记',
  '居住权登记',
].map((name, index) => ({ code: `1500${index}`, pieces: chinesePieces(name) }));

const choices = [
  ['207', '没有提供材料样本'],
  ['208', '没有提供材料清单'],
  ['209', '未在承诺时间内办结'],
  ['210', '同样内容的证明材料被要求多次提交'],
  ['211', '承诺网办但无法在线办理'],
  ['212', '在线预约办理后到实体大厅重复取号排队'],
  ['213', '窗口人员业务不熟练'],
  ['214', '服务态度生硬'],
].map(([code, text]) => ({ code: code ?? '', text: text ?? '' }));

/** As much data as a QR of reference-protocol §5 may hold. */
const caseCode = qrSvg(`https://rate.example/r#t=${'a9F3e-7'.repeat(58)}`.slice(0, 425), 'L');

export const inviting = {
  ...frame,
  screen: 'inviting',
  visitId: VISIT_ID,
  itemName,
  earlier: null,
  countdown: { remainingMs: 52_000, totalMs: 60_000 },
  qrSvg: caseCode,
  unifiedPage: null,
  guide: null,
  layout: 'best-left',
} as const satisfies CitizenView;

export const reasons = {
  ...frame,
  screen: 'reasons',
  visitId: VISIT_ID,
  level: 2,
  choices,
  tags: ['207', '212'],
  comment: '',
  commentMaxChars: 500,
  reasonAsked: null,
  guide: null,
  countdown: { remainingMs: 24_000, totalMs: 30_000 },
  layout: 'best-left',
} satisfies CitizenView;

const place = { name: chinesePieces(frame.window.name), department: chinesePieces(frame.window.department) };
export const idle = { ...frame, screen: 'idle', place, staff, items, content: noContent } satisfies CitizenView;

/** As `/content/<id>` of the played server has them: a photo, a picture, and bytes that are no picture. */
export const PICTURES = { photo: 'a'.repeat(64), poster: 'b'.repeat(64), broken: 'c'.repeat(64) };

const fullIdle = {
  ...idle,
  staff: { ...staff, photo: PICTURES.photo },
  content: {
    marks: ['党员先锋岗', '青年文明号'],
    notices: [
      {
        title: '春节期间办公时间',
        text: '2027年2月5日至11日放假，共7天；2月12日起正常办公。放假期间不动产登记资料查询可在政务服务网或自助服务区办理，请携带身份证件。'.repeat(
          2,
        ),
      },
    ],
    pictures: [{ id: PICTURES.poster, text: '不动产登记办理流程图' }],
    windowCode: qrSvg('https://rate.example/w/150102-0107-A-07'),
    night: null,
  },
} satisfies CitizenView;
export const thanks = {
  ...frame,
  screen: 'thanks',
  countdown: { remainingMs: 5000, totalMs: 5000 },
  receiptCode: '7H2K-9QXM',
} satisfies CitizenView;

/** Every citizen's screen by the name of its picture. */
export const citizenSamples = {
  idle,
  'idle-bare': { ...idle, trial: false, staff: null, items: items.slice(0, 3) },
  'idle-content': fullIdle,
  'idle-night': { ...idle, content: { ...noContent, night: { opensAt: '2026-11-23T09:00:00.000+08:00' } } },
  serving: { ...frame, screen: 'serving', staff, itemName, earlier: null },
  'serving-again': { ...frame, screen: 'serving', staff, itemName, earlier: { day: '2026-11-03' } },
  inviting,
  'inviting-again': { ...inviting, earlier: { day: '2026-11-03' } },
  'inviting-guided': { ...inviting, guide: { spoken: 3 } },
  'inviting-no-qr': { ...inviting, trial: false, qrSvg: null, layout: 'best-right' },
  reasons,
  'reasons-required': { ...reasons, tags: [], reasonAsked: 'required' },
  'reasons-groups': {
    ...reasons,
    level: 1,
    tags: ['110'],
    reasonAsked: 'guided',
    choices: [
      { code: '107', text: '没有提供材料样本', group: '材料与手续' },
      { code: '108', text: '没有提供材料清单', group: '材料与手续' },
      { code: '109', text: '排队时间过长', group: '时间' },
      { code: '110', text: '未在承诺时间内办结', group: '时间' },
      { code: '111', text: '服务态度生硬', group: '服务态度' },
      { code: '112', text: '其他' },
    ],
  },
  thanks,
  'thanks-by-phone': { ...thanks, receiptCode: null },
  ended: { ...frame, screen: 'ended', countdown: { remainingMs: 5000, totalMs: 5000 } },
  paused: { ...frame, screen: 'paused', reason: 'meeting', resumesInMs: 540_000 },
  'out-of-service': { ...frame, screen: 'out_of_service', reason: 'storage' },
  'out-of-service-new': {
    ...frame,
    window: { hall: '', number: '', name: '', department: '' },
    screen: 'out_of_service',
    reason: 'not_provisioned',
  },
} satisfies Record<string, CitizenView>;

const visit = { visitId: VISIT_ID, caseNo: '150102202611220001', serviceNo: 1, itemName };
const staffBase: StaffView = {
  trial: true,
  staff: { number: '0007', name: '王小明' },
  window: { number: 'A-07', name: '不动产登记', state: 'idle' },
  visit: null,
  waiting: 0,
  paused: null,
  today: { opened: 23, invited: 21, closed: 22 },
  notice: null,
};

export const staffServing: StaffView = { ...staffBase, window: { ...staffBase.window, state: 'serving' }, visit };

/** Every state of the staff's page by the name of its picture. */
export const staffSamples: Record<string, StaffView> = {
  idle: staffBase,
  serving: { ...staffServing, waiting: 1 },
  inviting: { ...staffBase, window: { ...staffBase.window, state: 'inviting' }, visit },
  paused: {
    ...staffBase,
    window: { ...staffBase.window, state: 'paused' },
    paused: { reason: 'meeting', resumesAt: '2026-11-22T10:30:00.000+08:00' },
    notice: 'delivery_pending',
  },
};

const listening: LearningReport = {
  state: 'listening',
  level: null,
  round: null,
  note: null,
  fault: null,
  hint: null,
  heard: '',
  bytes: 0,
  profileId: null,
  canGrade: null,
};

/** A lesson with an unknown button box, by the name of its picture. */
export const lessonSamples: Record<string, LearningReport> = {
  listening,
  asking: { ...listening, state: 'asking', level: 4, round: 1, heard: '7E 01 7F', bytes: 3 },
  again: { ...listening, state: 'asking', level: 3, round: 2, note: 'not_the_same', heard: '7E 02 7C', bytes: 21 },
  learned: { ...listening, state: 'learned', bytes: 30, heard: '7E 01 7F', profileId: 'learned-0', canGrade: true },
  fewer: { ...listening, state: 'learned', bytes: 18, heard: '7E 04 7A', profileId: 'learned-1', canGrade: false },
  failed: { ...listening, state: 'failed', fault: 'port', hint: PORT_HINTS.missing },
};

const trying: TrialReport = {
  path: '/dev/ttyUSB1',
  state: 'listen',
  baudRate: 19_200,
  line: 2,
  lines: 5,
  bytes: 4,
  outcome: null,
  hint: null,
  fits: [],
  tried: [],
  inService: null,
};
const heard = { understood: 7, unknown: 0, badFrames: 0, otherAddresses: [], baudRate: 19_200 };

/** A port that is tried, by the name of its picture. */
export const trialSamples: Record<string, TrialReport> = {
  listen: trying,
  ask: { ...trying, state: 'ask', bytes: 0 },
  fits: {
    ...trying,
    state: 'over',
    outcome: 'fits',
    fits: [
      { ...heard, profileId: 'ascii-digit', title: '五键按键盒', keysHeard: 5, keysOf: 5, canGrade: true },
      { ...heard, profileId: 'jtt905-codes', title: '三键评价器', keysHeard: 3, keysOf: 3, canGrade: false },
    ],
  },
  none: {
    ...trying,
    state: 'over',
    outcome: 'none',
    tried: [
      { baudRate: 9600, bytes: 12, nearest: [] },
      { baudRate: 19_200, bytes: 7, nearest: [] },
    ],
  },
  silent: { ...trying, state: 'over', outcome: 'silent' },
  port: { ...trying, state: 'over', outcome: 'port', hint: PORT_HINTS.busy },
};

export const portSamples: PortRow[] = [
  {
    path: '/dev/serial/by-id/usb-FTDI_USB_Serial_A50285BI-if00-port0',
    device: '/dev/ttyUSB0',
    usb: { vendorId: '0403', productId: '6001', manufacturer: 'FTDI', product: 'USB Serial', serialNumber: 'A50285BI' },
    bridge: null,
  },
  {
    path: '/dev/ttyUSB1',
    device: '/dev/ttyUSB1',
    usb: { vendorId: '1a86', productId: '7523', manufacturer: null, product: 'USB Serial', serialNumber: null },
    bridge: 'CH340',
  },
  { path: '/dev/ttyS0', device: '/dev/ttyS0', usb: null, bridge: null },
];

export { technicianSamples, technicianWell } from './technician-samples.ts';

/** Nobody real. The staff page opens without a PIN in trial mode; with one it shows what a clerk sees. */
const TRIAL_STAFF = [
  {
    id: 'trial-1',
    number: '0007',
    name: '试用人员',
    post: '综合受理岗',
    /** 246810 */
    pinHash: '$scrypt$ln=15,r=8,p=1$jHYjuaIP2kmnzTrMk/J8lA$ptvAIiuyo6LeGXg9Tjs//oEv8h5JFgBZg8wqUPIAV2U',
  },
  {
    id: 'trial-2',
    number: '0008',
    name: '试用录入员',
    post: '书面评价录入岗',
    /** 135790 */
    pinHash: '$scrypt$ln=15,r=8,p=1$s8+VHUCFrqPphLmiEyNGpg$X4QQ1GEHjpXTL1689mGMKfW+SqwfN8tUruF9KJdW7Fw',
  },
  {
    id: 'trial-3',
    number: '0009',
    name: '试用复核员',
    post: '书面评价复核岗',
    /** 975310 */
    pinHash: '$scrypt$ln=15,r=8,p=1$H1rdrJZ6MpPrj4+mvcFKHQ$wH4zlvDz85AnumKfw8TO0Wwwo8JuNTIrRjE++Svgazw',
  },
];

/**
 * The configuration (reference-protocol §3) that the built-in centre gives to a device on trial: one invented window,
 * so that nobody's name or case is needed to try it.
 */
export function trialConfiguration(options: {
  baseUrl: string;
  policyId: string;
  policyVersion: string;
  catalogueVersion: string;
  calendarVersion: string;
  /** Path of the rating page at the built-in centre, and whether the device shows it in a frame. */
  ratingPath?: string;
  page?: 'own' | 'unified';
}) {
  return {
    version: 1,
    notBefore: '2026-01-01T00:00:00.000+08:00',
    window: {
      hall: '试用政务服务大厅',
      number: 'A-07',
      name: '综合受理窗口',
      department: '试用政务服务局',
      departmentCode: 'TRIAL-0001',
      regionCode: '150000',
    },
    items: [
      { code: 'T-001', name: '居民身份证换领' },
      { code: 'T-002', name: '社会保障卡申领' },
      { code: 'T-003', name: '不动产登记资料查询' },
    ],
    staff: TRIAL_STAFF,
    policy: { id: options.policyId, version: options.policyVersion },
    catalogue: { version: options.catalogueVersion },
    calendar: { version: options.calendarVersion },
    centre: { baseUrl: options.baseUrl, ratingPage: `${options.baseUrl}${options.ratingPath ?? '/rate'}` },
    clients: [],
    settings: {
      page: options.page ?? 'own',
      content: {
        marks: { 'trial-1': ['党员先锋岗'] },
        notices: [
          { title: '试用说明', text: '本屏处于试用状态：所有办件、人员和评价均为模拟，不进入正式的好差评系统。' },
        ],
        windowCode: `${options.baseUrl}/rate`,
      },
      roles: { 'trial-2': 'paper_entry', 'trial-3': 'paper_review' },
    },
  };
}

import { countsOf } from '../../checks/finding.ts';
import type { TechnicianStatus } from '../../server/technician/status.ts';
import { dateText } from '../shared/time-text.ts';
import { linesOf } from './check-words.ts';
import { keptWhole } from './options.tsx';
import { w } from './words.ts';

const SIGNERS = ['technician', 'hall', 'centre'] as const;

function factsOf({ device, window, version, checkedAt, checks }: TechnicianStatus): [string, string][] {
  const fingerprint = device?.keyFingerprint ?? checks.find(({ id }) => id === 'identity')?.fill.fingerprint;
  return [
    [w('report.hall'), window?.hall ?? w('report.none')],
    [w('report.centre'), device?.centre ?? w('report.none')],
    [w('report.fingerprint'), String(fingerprint ?? w('report.none'))],
    [w('report.version'), version],
    [w('report.at'), dateText(checkedAt)],
  ];
}

/** At the head of every sheet: those of several devices lie on one pile, and are signed on the last one. */
function Head({ status: { device, window, trial } }: { status: TechnicianStatus }) {
  return (
    <>
      <h1>
        {w('report.title')}
        {trial && <span>{w('report.trial')}</span>}
      </h1>
      <p class="report-whose">
        <span>
          {w('report.device')} <b>{device?.deviceId ?? w('report.none')}</b>
        </span>
        <span>
          {w('report.window')} <b>{window === null ? w('report.none') : `${window.number} ${window.name}`}</b>
        </span>
      </p>
    </>
  );
}

function Lines({ status }: { status: TechnicianStatus }) {
  return (
    <table class="report-lines">
      <thead>
        <tr>
          <th>{w('report.line')}</th>
          <th>{w('report.state')}</th>
          <th>{w('report.found')}</th>
        </tr>
      </thead>
      <tbody>
        {linesOf(status).map(({ id, name, state, cause, next }) => (
          <tr key={id} class={`report-line report-line--${state}`}>
            <th>{name}</th>
            <td>{w(`selftest.word.${state}`)}</td>
            <td>
              {keptWhole(cause)}
              {next !== null && next !== '' && <b>{keptWhole(next)}</b>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/**
 * 验收报告: what the page says at this moment, for paper. In sight on paper alone. One table around it all, since the head
 * of a table is what browsers repeat on every sheet.
 */
export function AcceptanceReport({ status }: { status: TechnicianStatus }) {
  const counts = countsOf(linesOf(status));
  return (
    <table class="report" lang="zh-CN" aria-hidden="true">
      <thead>
        <tr>
          <td>
            <Head status={status} />
          </td>
        </tr>
      </thead>
      <tbody>
        <tr>
          <td>
            <dl class="report-facts">
              {factsOf(status).map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{keptWhole(value)}</dd>
                </div>
              ))}
            </dl>
            <p class="report-verdict">{w(counts.fail > 0 ? 'report.bad' : 'report.good', counts)}</p>
            <Lines status={status} />
            <div class="report-signatures">
              {SIGNERS.map((signer) => (
                <p key={signer}>
                  <span>{w(`report.sign.${signer}`)}</span>
                  <span>{w('report.sign.date')}</span>
                </p>
              ))}
            </div>
          </td>
        </tr>
      </tbody>
    </table>
  );
}

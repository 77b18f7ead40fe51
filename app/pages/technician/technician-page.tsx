import type { TechnicianStatus } from '../../server/technician/status.ts';
import { t } from '../shared/locale.ts';
import { MoreBelow } from '../shared/more-below.tsx';
import { TrialMark } from '../shared/trial-mark.tsx';
import { AcceptanceReport } from './acceptance-report.tsx';
import { CodeEntry } from './code-entry.tsx';
import { ConfigurationCard } from './configuration-card.tsx';
import { IdentityPanel } from './identity-panel.tsx';
import { KeypadLesson } from './keypad-lesson.tsx';
import { NetworkPanel } from './network-panel.tsx';
import { Provisioning } from './provisioning.tsx';
import { RenewalCard } from './renewal-card.tsx';
import { ReportCard } from './report-card.tsx';
import { ScreenTests } from './screen-tests.tsx';
import { SelfTest } from './self-test.tsx';
import { SetAsideCard } from './set-aside-card.tsx';
import { StickExport } from './stick-export.tsx';
import { SupportCard } from './support-card.tsx';
import type { TechnicianModel } from './technician-model.ts';
import { TestsCard } from './tests-card.tsx';
import { TrafficCard } from './traffic-card.tsx';
import { w } from './words.ts';

function Tools({ model, trial }: { model: TechnicianModel; trial: boolean }) {
  return (
    <div class="tools">
      {trial && (
        <button type="button" class="button" onClick={() => void model.openTrialVisit()}>
          {t('technician.trialVisit')}
        </button>
      )}
      <a class="button tool-link" href="/">
        {t('technician.citizenPage')}
      </a>
      <p class="progress" role="status">
        {model.message.value}
      </p>
    </div>
  );
}

function Status({ model, status }: { model: TechnicianModel; status: TechnicianStatus }) {
  return (
    <>
      {status.provisioned ? <Tools model={model} trial={status.trial} /> : <Provisioning model={model} />}
      <div class="columns" data-long={isLong(status) ? '' : undefined}>
        <SelfTest model={model.selfTest} status={status} />
        <div class="side">
          <SetAsideCard model={model.setAside} />
          <ScreenTests model={model.selfTest} />
          {status.provisioned && <TestsCard tests={model.tests} />}
          {status.provisioned && <StickExport model={model.evacuation} />}
          {status.provisioned && <ReportCard ask={model.ask} evacuation={model.evacuation} />}
          <SupportCard ask={model.ask} evacuation={model.evacuation} />
          {status.provisioned && <TrafficCard traffic={model.traffic} />}
          <IdentityPanel model={model} />
          {!status.provisioned && <NetworkPanel model={model} />}
          {status.device !== null && <RenewalCard model={model} centre={status.device.centre} />}
        </div>
        <div class="more">
          {status.provisioned && <NetworkPanel model={model} />}
          <ConfigurationCard model={model.configuration} />
          <KeypadLesson model={model.keypadLesson} path={keypadPath(status)} />
        </div>
      </div>
    </>
  );
}

/** So many lines at full width are higher than the cards beside them. */
const LONG = 10;
const isLong = ({ checks }: TechnicianStatus) => checks.filter(({ state }) => state !== 'pass').length >= LONG;

/** Where the box of now is: most often the one to learn. */
function keypadPath({ peripherals }: TechnicianStatus): string {
  return peripherals.find(({ family }) => family === 'keypad')?.path ?? '';
}

/** What is left of the time that the code opened, and the two things for the end of a visit. */
function BarTools({ model }: { model: TechnicianModel }) {
  const session = model.door.session.value;
  const remainingMs = session?.remainingMs ?? null;
  return (
    <div class="bar-tools">
      {session?.role === 'look' && <span>{w('bar.look')}</span>}
      {remainingMs !== null && <span>{w('bar.remaining', { minutes: Math.ceil(remainingMs / 60_000) })}</span>}
      <button type="button" class="button" onClick={() => window.print()}>
        {w('bar.print')}
      </button>
      {remainingMs !== null && (
        <button type="button" class="button" onClick={() => void model.door.lock()}>
          {w('bar.lock')}
        </button>
      )}
    </div>
  );
}

/** One page to bring a device into service and to find a fault. It holds no rating. */
export function TechnicianPage({ model }: { model: TechnicianModel }) {
  const status = model.status.value;
  const lost = model.lost.value;
  return (
    <div class="technician-page">
      <header class="technician-bar">
        <h1>{t('technician.title')}</h1>
        {status?.trial === true && <TrialMark />}
        {status !== null && <p>{t('technician.version', { version: status.version })}</p>}
        {status !== null && <BarTools model={model} />}
      </header>
      <main>
        <p class={lost ? 'lost' : 'visually-hidden'} role="status">
          {lost ? t('technician.lost') : status === null && !model.door.isLocked.value && t('technician.connecting')}
        </p>
        {model.door.isLocked.value && <CodeEntry door={model.door} onOpened={() => void model.refresh()} />}
        {status !== null && <Status model={model} status={status} />}
      </main>
      <MoreBelow text={w('page.more')} />
      {status !== null && <AcceptanceReport status={status} />}
    </div>
  );
}

import type { SettingInForce } from '../../../device/identity/settings-catalogue.ts';
import { type ConfigurationModel, type Judged, judgedText, rangeText, valueText } from './configuration-model.ts';
import { settingWord, w } from './words.ts';

const fileName = (path: string) => path.slice(path.lastIndexOf('/') + 1);
const titleOf = (setting: string, title: string) => settingWord(setting) ?? title;

function Changes({ judged }: { judged: Judged }) {
  const { changes, refusal, restart } = judged.answer;
  return (
    <>
      {refusal !== null && (
        <ul class="warnings">
          {refusal.faults.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              <span class="code">{path}</span> {message}
            </li>
          ))}
          {refusal.faults.length === 0 && <li>{refusal.message}</li>}
        </ul>
      )}
      {changes.length > 0 && (
        <table class="settings">
          <thead>
            <tr>
              <th scope="col">{w('configuration.column.setting')}</th>
              <th scope="col">{w('configuration.column.value')}</th>
              <th scope="col">{w('configuration.column.after')}</th>
            </tr>
          </thead>
          <tbody>
            {changes.map(({ path, setting, title, before, after }) => (
              <tr key={path}>
                <th scope="row">
                  {titleOf(setting, title)} <span class="code">{path}</span>
                </th>
                <td>{valueText(before)}</td>
                <td>{valueText(after)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {restart && <p>{w('configuration.restart')}</p>}
    </>
  );
}

function presetText({ default: preset, required }: SettingInForce): string {
  if (preset !== null) return valueText(preset);
  return required ? w('configuration.required') : w('configuration.empty');
}

/** Every setting with what is in force: folded, since it is long and seldom asked for. */
function AllSettings({ settings }: { settings: readonly SettingInForce[] }) {
  return (
    <details>
      <summary>{w('configuration.all')}</summary>
      <table class="settings">
        <thead>
          <tr>
            <th scope="col">{w('configuration.column.setting')}</th>
            <th scope="col">{w('configuration.column.value')}</th>
            <th scope="col">{w('configuration.column.range')}</th>
            <th scope="col">{w('configuration.column.default')}</th>
            <th scope="col">{w('configuration.column.restart')}</th>
          </tr>
        </thead>
        <tbody>
          {settings.map((setting) => (
            <tr key={setting.path}>
              <th scope="row">
                {titleOf(setting.path, setting.title)} <span class="code">{setting.path}</span>
              </th>
              <td>{valueText(setting.value)}</td>
              <td>{rangeText(setting)}</td>
              <td>{presetText(setting)}</td>
              <td>{w(setting.restart ? 'configuration.yes' : 'configuration.no')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

/** What is in force, and a signed configuration from a stick: its dry run, then its use. */
export function ConfigurationCard({ model }: { model: ConfigurationModel }) {
  const view = model.view.value;
  const judged = model.judged.value;
  if (view === null || view.version === null) return null;
  const isUsable = judged !== null && judged.answer.verdict === 'accepted' && !judged.isApplied;
  return (
    <section class="card" aria-labelledby="configuration-title">
      <h2 id="configuration-title">{w('configuration.title')}</h2>
      <p>{w('configuration.version', { version: view.version })}</p>
      <p class="quiet">{w('configuration.text')}</p>
      {view.files.length === 0 && <p>{w('configuration.none')}</p>}
      <ul class="sticks">
        {view.files.map((path) => (
          <li key={path}>
            <button type="button" class="button" onClick={() => void model.check(path)}>
              {w('configuration.check', { name: fileName(path) })}
            </button>
            <span class="quiet">{path}</span>
          </li>
        ))}
      </ul>
      <p role="status">{model.failure.value ?? (judged === null ? null : judgedText(judged))}</p>
      {judged !== null && <Changes judged={judged} />}
      {isUsable && (
        <button type="button" class="button" onClick={() => void model.apply(judged)}>
          {w('configuration.apply', { version: judged.answer.version ?? '' })}
        </button>
      )}
      <AllSettings settings={view.settings} />
    </section>
  );
}

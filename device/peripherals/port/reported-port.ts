import { type OutageEvent, Outages } from './outages.ts';
import { identifyByStat } from './path-identity.ts';
import { Port, type PortSetup } from './port.ts';

/** What a peripheral is told of the port that it stands on. */
export interface PortPlace extends Pick<PortSetup, 'path' | 'opener' | 'clock'> {
  /** By the file that the path names, where left out. */
  identify?: PortSetup['identify'];
  /** Gets the outages, from which no peripheral is excepted. Must not throw. */
  onEvent: (event: OutageEvent) => void;
}

type Rest = Pick<PortSetup, 'options' | 'notice' | 'liveness' | 'onData' | 'onState'>;

/** A port whose outages are reported; `onState` hears each change after that. Opens nothing yet. */
export function reportedPort({ path, opener, clock, identify = identifyByStat, onEvent }: PortPlace, rest: Rest): Port {
  const outages = new Outages(clock, onEvent);
  const onState: PortSetup['onState'] = (event) => {
    outages.note(event);
    rest.onState(event);
  };
  return new Port({ ...rest, path, opener, clock, identify, onState });
}

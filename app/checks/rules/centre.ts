import type { CentreProbe } from '../centre-probe.ts';
import type { Facts } from '../facts.ts';
import { type Finding, fail, pass, warn } from '../finding.ts';

/** What a person can do about a fault, by the operating system's or OpenSSL's name for it. */
const CLASSES: Record<string, string> = {
  ENOTFOUND: 'name_unknown',
  EAI_AGAIN: 'no_dns',
  ECONNREFUSED: 'connection_refused',
  ECONNRESET: 'broken_off',
  EPIPE: 'broken_off',
  ECONNABORTED: 'broken_off',
  ETIMEDOUT: 'no_answer',
  ABORT_ERR: 'no_answer',
  EHOSTUNREACH: 'no_way',
  ENETUNREACH: 'no_way',
  CERT_HAS_EXPIRED: 'certificate_time',
  CERT_NOT_YET_VALID: 'certificate_time',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate_unknown',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate_unknown',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate_unknown',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate_unknown',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate_name',
  EPROTO: 'no_tls',
};

function faultOf(step: string, fault: string, fill: Finding['fill']): Finding {
  const known = Object.hasOwn(CLASSES, fault) ? CLASSES[fault] : undefined;
  const code = known ?? (fault.startsWith('ERR_SSL') ? 'no_tls' : 'other');
  return fail(`centre:${step}`, code, { ...fill, fault });
}

type Place = { host: string; port: number; target: string };

function dns({ dns: step }: CentreProbe, place: Place): Finding[] {
  if (step === undefined) return [];
  if ('fault' in step) return [faultOf('dns', step.fault, place)];
  return [pass('centre:dns', 'name_known', { ...place, addresses: step.addresses.join(', ') })];
}

function tcp({ tcp: step }: CentreProbe, place: Place): Finding[] {
  if (step === undefined) return [];
  return ['fault' in step ? faultOf('tcp', step.fault, place) : pass('centre:tcp', 'open', place)];
}

function proxy({ proxy: step }: CentreProbe, place: Place): Finding[] {
  if (step === undefined) return [];
  if ('fault' in step) return [faultOf('proxy', step.fault, place)];
  return ['signIn' in step ? fail('centre:proxy', 'sign_in', place) : pass('centre:proxy', 'passed', place)];
}

function tls({ tls: step }: CentreProbe, place: Place): Finding[] {
  if (step === undefined) return [];
  if ('fault' in step) return [faultOf('tls', step.fault, place)];
  if (step.protocol === null) return [pass('centre:tls', 'loopback', place)];
  return [pass('centre:tls', 'trusted', { ...place, protocol: step.protocol })];
}

function answer({ answer: step }: CentreProbe, place: Place): Finding[] {
  if (step === undefined) return [];
  if ('fault' in step) return [faultOf('answer', step.fault, place)];
  const { isCentre, status, type } = step;
  const fill = { ...place, status, type: type === '' ? '–' : type };
  if (isCentre) return [pass('centre:answer', 'centre', fill)];
  const isPage = /html/i.test(type) || (status >= 300 && status < 400);
  if (status >= 500) return [fail('centre:answer', 'centre_fault', fill)];
  return [fail('centre:answer', isPage ? 'portal' : 'stranger', fill)];
}

function signature({ signature: step }: CentreProbe): Finding[] {
  if (step === undefined) return [];
  switch (step.kind) {
    case 'good':
      return [pass('centre:signature', 'good', { version: step.version })];
    case 'unauthorised':
      return [fail('centre:signature', step.code === 'revoked' ? 'revoked' : 'unknown_device')];
    case 'foreign':
      return [fail('centre:signature', 'foreign', { code: step.code })];
    case 'failed':
      return [warn('centre:signature', 'not_answered', { detail: step.detail })];
  }
}

/** As far as the centre takes a signature (reference-protocol §1). */
const CLOCK_LIMIT_MS = 300_000;

function clock({ offsetMs = null, answer: step }: CentreProbe): Finding[] {
  if (offsetMs === null || step === undefined || 'fault' in step || !step.isCentre) return [];
  const fill = { seconds: Math.round(offsetMs / 1000) };
  return [
    Math.abs(offsetMs) > CLOCK_LIMIT_MS ? warn('centre:clock', 'far_off', fill) : pass('centre:clock', 'near', fill),
  ];
}

/** The walk to the centre, step by step; behind the first fault there are no lines. */
export function centreRule({ centre, configuration }: Facts): Finding[] {
  if (centre === undefined || configuration === null) return [];
  if (centre === null) return [pass('centre', 'under_way')];
  const { host, port, via } = centre;
  const place = { host, port, target: via ?? `${host}:${port}` };
  const steps = [dns, tcp, proxy, tls, answer].flatMap((rule) => rule(centre, place));
  return [...steps, ...signature(centre), ...clock(centre)];
}

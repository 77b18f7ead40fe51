import { createHash } from 'node:crypto';
import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { createListener } from '../listener.ts';
import { allowOwnScripts } from './page.ts';

const sha256 = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** The content policy under which `html` is served. */
async function policyOf(html: string): Promise<string[]> {
  const server = await createListener({ logger: Fastify().log, hosts: ['localhost'], limited: false, tls: null });
  server.get('/', (_request, reply) => {
    allowOwnScripts(reply, html);
    return reply.type('text/html').send(html);
  });
  const { headers } = await server.inject({ url: '/', headers: { host: 'localhost' } });
  await server.close();
  return String(headers['content-security-policy']).split(';');
}

it('allows the scripts that stand in the page, each by what it says, and none that merely stands there', async () => {
  const html = '<script>one()</script><script type="module" src="/a.js"></script><script>\n  two()\n</script>';
  const policy = await policyOf(html);
  expect(policy).toContain(`script-src 'self' ${sha256('one()')} ${sha256('\n  two()\n')}`);
  expect(policy.filter((directive) => directive.includes('unsafe'))).toEqual([]);
});

it('keeps the rest of the policy, and allows files alone for a page without a script of its own', async () => {
  const policy = await policyOf('<p>citizen</p>');
  expect(policy.slice(0, 2)).toEqual(["default-src 'self'", "img-src 'self' data:"]);
  expect(policy.at(-1)).toBe("script-src 'self'");
});

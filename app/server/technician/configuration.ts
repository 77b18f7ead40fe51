import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { DryRun } from '../../../device/configuration-check.ts';
import type { SettingInForce } from '../../../device/identity/settings-catalogue.ts';

/** `GET /technician/configuration`: what is in force, and what lies on a stick. */
export interface ConfigurationView {
  /** Null on a device that is not in service. */
  version: number | null;
  settings: SettingInForce[];
  /** Paths of signed configurations on the sticks that are plugged in. */
  files: string[];
}

/** What would come of a file, or came of it. */
export interface ConfigurationAnswer extends DryRun {
  /** Of the document, for the order to use it: a stick may change under our hands. */
  sha256: string;
}

/** Where a document is: one of the listed files, or the text itself. */
export type ConfigurationSource = z.infer<typeof sourceSchema>;

export interface ConfigurationApi {
  view(): ConfigurationView;
  /** Writes nothing. @throws CodedError `stick_gone`; WindowError `not_provisioned` */
  check(source: ConfigurationSource): Promise<ConfigurationAnswer>;
  /** @throws the same, and CodedError `file_changed` */
  apply(source: ConfigurationSource, sha256: string): Promise<ConfigurationAnswer>;
}

const MAX_DOCUMENT_BYTES = 8 * 1024 * 1024;
const sourceSchema = z.union([
  z.strictObject({ path: z.string().min(1).max(1024) }),
  z.strictObject({ text: z.string().min(1).max(MAX_DOCUMENT_BYTES) }),
]);
const checkSchema = z.strictObject({ source: sourceSchema });
const applySchema = z.strictObject({ source: sourceSchema, sha256: z.string().regex(/^[0-9a-f]{64}$/) });

/** A configuration brought by hand: judged first, and used by a second order. */
export function configurationRoutes(server: FastifyInstance, api: ConfigurationApi): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  const large = { bodyLimit: MAX_DOCUMENT_BYTES };
  routes.get('/technician/configuration', () => api.view());
  routes.post('/technician/configuration/check', { ...large, schema: { body: checkSchema } }, ({ body }) =>
    api.check(body.source),
  );
  routes.post('/technician/configuration/apply', { ...large, schema: { body: applySchema } }, ({ body }) =>
    api.apply(body.source, body.sha256),
  );
}

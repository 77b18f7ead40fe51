import type { Route } from 'playwright-core';
import { control } from './control.ts';

/** Tests stay on this machine, whatever the code under test lets through. */
const LOCAL = /^(https?:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]|data:|blob:)/;

/** Who is asked about the documents of a page. */
export interface DocumentWatch {
  /** The headers of a document, before anything is done with it. */
  received(headers: Record<string, string[]>): Promise<void>;
  /** @param url the absolute address that a redirect leads to */
  mayRedirect(url: string): boolean;
}

/** Answers one request of a page. Documents are fetched one hop at a time, so that a redirect can be asked about. */
export async function fence(route: Route, watch: DocumentWatch): Promise<void> {
  const request = route.request();
  if (!LOCAL.test(request.url())) {
    control.fenced.push(request.url());
    return route.abort('blockedbyclient');
  }
  return request.isNavigationRequest() ? answerDocument(route, watch) : route.continue();
}

async function answerDocument(route: Route, watch: DocumentWatch): Promise<void> {
  const response = await route.fetch({ maxRedirects: 0 }).catch(() => null);
  if (response === null) return route.abort('connectionrefused');
  await watch.received(Object.fromEntries(Object.entries(response.headers()).map(([name, text]) => [name, [text]])));
  const location = response.headers().location;
  const isRedirect = response.status() >= 300 && response.status() < 400 && location !== undefined;
  if (isRedirect && !watch.mayRedirect(new URL(location, route.request().url()).href)) return route.abort('aborted');
  return route.fulfill({ response });
}

import { inflateSync } from 'node:zlib';

/**
 * The text of each page of a PDF as Chromium prints it: plain objects, deflated streams, a table from codes to
 * characters (ToUnicode) for every font. No reader of other people's PDFs.
 */

type Objects = ReadonlyMap<string, { head: string; stream: string }>;

function objectsOf(pdf: Buffer): Objects {
  const text = pdf.toString('latin1');
  const found = new Map<string, { head: string; stream: string }>();
  for (const { 1: id = '', 2: body = '' } of text.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) {
    const at = body.indexOf('stream\n');
    const head = at < 0 ? body : body.slice(0, at);
    const raw = at < 0 ? null : Buffer.from(body.slice(at + 'stream\n'.length), 'latin1');
    const isPacked = raw !== null && head.includes('/FlateDecode');
    found.set(id, { head, stream: isPacked ? inflateSync(raw).toString('latin1') : (raw?.toString('latin1') ?? '') });
  }
  return found;
}

interface Font {
  hexDigits: number;
  characters: ReadonlyMap<number, string>;
}

const utf16 = (hex: string): string => Buffer.from(hex, 'hex').swap16().toString('utf16le');

function fontOf(objects: Objects, id: string): Font {
  const table = objects.get(/\/ToUnicode (\d+) 0 R/.exec(objects.get(id)?.head ?? '')?.[1] ?? '')?.stream ?? '';
  const hexDigits = /begincodespacerange\s*<([0-9A-F]+)>/i.exec(table)?.[1]?.length ?? 4;
  const characters = new Map<number, string>();
  for (const [, block = ''] of table.matchAll(/beginbfchar([\s\S]*?)endbfchar/g)) {
    for (const [, code = '', to = ''] of block.matchAll(/<(\w+)> <(\w+)>/g)) {
      characters.set(Number.parseInt(code, 16), utf16(to));
    }
  }
  for (const [, block = ''] of table.matchAll(/beginbfrange([\s\S]*?)endbfrange/g)) {
    for (const [, from = '', until = '', to = ''] of block.matchAll(/<(\w+)> <(\w+)> <(\w+)>/g)) {
      const [first, last, start] = [from, until, to].map((hex) => Number.parseInt(hex, 16)) as [number, number, number];
      for (let code = first; code <= last; code++) characters.set(code, String.fromCodePoint(start + code - first));
    }
  }
  return { hexDigits, characters };
}

function textOf(content: string, fonts: ReadonlyMap<string, Font>): string {
  let font: Font | undefined;
  let text = '';
  for (const { 1: name, 2: hex } of content.matchAll(/\/(F\d+) [\d.]+ Tf|(?<!ActualText )<([0-9A-Fa-f]+)>/g)) {
    if (name !== undefined) font = fonts.get(name);
    for (let at = 0; hex !== undefined && font !== undefined && at < hex.length; at += font.hexDigits) {
      text += font.characters.get(Number.parseInt(hex.slice(at, at + font.hexDigits), 16)) ?? '';
    }
  }
  return text;
}

export interface PdfPage {
  /** Points of 1/72 inch. */
  width: number;
  height: number;
  text: string;
}

export function pdfPages(pdf: Buffer): PdfPage[] {
  const objects = objectsOf(pdf);
  const pages = [...objects.values()].filter(({ head }) => /\/Type \/Page\b/.test(head));
  return pages.map(({ head }) => {
    const [, width = '0', height = '0'] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(head) ?? [];
    const named = [...head.matchAll(/\/(F\d+) (\d+) 0 R/g)];
    const fonts = new Map(named.map(([, name = '', id = '']) => [name, fontOf(objects, id)]));
    const content = objects.get(/\/Contents (\d+) 0 R/.exec(head)?.[1] ?? '')?.stream ?? '';
    return { width: Number(width), height: Number(height), text: textOf(content, fonts) };
  });
}

import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import ensureBrowser from '../support/ensure-browser.ts';
import { drawFormPicture } from './picture.ts';

/** `npm run paper-form`: draws the pictures of the paper form anew. */

ensureBrowser();
for (const width of [384, 576] as const) {
  const file = new URL(`../../assets/paper-form/form-${width}.json`, import.meta.url);
  await writeFile(file, `${JSON.stringify(await drawFormPicture(width))}\n`);
  console.log(fileURLToPath(file));
}

import { exportBundles } from '../../app/evacuation/bundles.ts';

/** Writes bundles of a few records to a folder, and a line for each: its parent kills it somewhere in between. */
const [dataDir = '', target = ''] = process.argv.slice(2);
const onProgress = () => void process.stdout.write('.');
await exportBundles({ dataDir, target, maxRecords: 50, onProgress });

/**
 * Chinese fonts that a machine of ours or of a hall has, by full name and PostScript name as `local()` matches them.
 * A device brings fonts-noto-cjk; see the families of `--font` in tokens.css.
 */
const SYSTEM_FONTS: readonly string[] = [
  'Noto Sans CJK SC',
  'NotoSansCJKsc-Regular',
  'Noto Sans SC',
  'Source Han Sans SC',
  'SourceHanSansSC-Regular',
  'PingFangSC-Regular',
  'Microsoft YaHei',
];

/**
 * Loads the bundled slices' stylesheet (33 KB of unicode ranges) where the system has none of these fonts. Never
 * rejects: without it the browser shows what it has.
 */
export async function ensureChineseFont(loadSlices: () => Promise<unknown>): Promise<void> {
  try {
    await new FontFace('system-chinese', SYSTEM_FONTS.map((name) => `local("${name}")`).join(', ')).load();
  } catch {
    await loadSlices().catch(() => undefined);
  }
}

import { PNG } from 'pngjs';

/** Pictures that nobody drew, for what a centre would send. */

/** A photo's size and shape, with something like a person in it. */
export const photoPng = (): Buffer =>
  paint(240, 320, (x, y) => {
    const head = Math.hypot(x - 120, y - 120) < 60;
    const shoulders = Math.hypot((x - 120) / 1.1, y - 330) < 110;
    return head ? [214, 180, 150] : shoulders ? [40, 60, 110] : [200, 215, 235];
  });

/** A poster: bands of colour in a frame. */
export const posterPng = (): Buffer =>
  paint(1200, 800, (x, y) => {
    if (Math.min(x, y, 1199 - x, 799 - y) < 12) return [24, 56, 120];
    const band = Math.floor(y / 133) % 2 === 0;
    return band ? [235, 241, 250] : [205, 219, 240];
  });

function paint(width: number, height: number, colorAt: (x: number, y: number) => [number, number, number]): Buffer {
  const png = new PNG({ width, height });
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) png.data.set([...colorAt(x, y), 255], (y * width + x) * 4);
  }
  return PNG.sync.write(png);
}

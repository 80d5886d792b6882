/** Pictures as grey levels 0 … 255, ink high: by integers and sums alone, so that all machines get the same. */

export interface Grey {
  readonly width: number;
  readonly height: number;
  /** [height, width], row-major. */
  readonly levels: Uint8Array;
}

/** As ImageData has it: RGBA, row-major, colours not multiplied by alpha. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/** Luminance (ITU-R BT.601). What is transparent is background: white round dark ink, else black. */
export function greyOf({ width, height, data }: Pixels): Grey {
  const levels = new Uint8Array(width * height);
  let [sum, weight] = [0, 0];
  for (let i = 0; i < levels.length; i++) {
    const at = (channel: number) => data[4 * i + channel] as number;
    const [luminance, alpha] = [(77 * at(0) + 150 * at(1) + 29 * at(2)) >> 8, at(3)];
    levels[i] = luminance;
    sum += luminance * alpha;
    weight += alpha;
  }
  const background = weight < 255 * levels.length && sum < 127.5 * weight ? 255 : 0;
  for (let i = 0; i < levels.length; i++) {
    const alpha = data[4 * i + 3] as number;
    levels[i] = Math.round((alpha * (levels[i] as number) + (255 - alpha) * background) / 255);
  }
  return { width, height, levels };
}

/** Mean level of the pixels of the border. */
export function borderMean({ width, height, levels }: Grey): number {
  let [sum, count] = [0, 0];
  for (let y = 0; y < height; y++) {
    const step = y === 0 || y === height - 1 ? 1 : Math.max(1, width - 1);
    for (let x = 0; x < width; x += step) {
      sum += levels[y * width + x] as number;
      count++;
    }
  }
  return sum / count;
}

export const inverted = ({ levels, ...size }: Grey): Grey => ({ ...size, levels: levels.map((level) => 255 - level) });

/** The part of a picture with its corner at [left, top]; what lies outside is 0. */
export function cut({ width, height, levels }: Grey, left: number, top: number, wide: number, high: number): Grey {
  const part = new Uint8Array(wide * high);
  for (let y = Math.max(0, -top); y < Math.min(high, height - top); y++)
    for (let x = Math.max(0, -left); x < Math.min(wide, width - left); x++)
      part[y * wide + x] = levels[(y + top) * width + x + left] as number;
  return { width: wide, height: high, levels: part };
}

/** Scaled to fit a square of this side, its sides in their ratio: each pixel is the mean of the area that it covers. */
export function fitted({ width, height, levels }: Grey, side: number): Grey {
  const scale = Math.max(width, height) / side;
  const [wide, high] = [width, height].map((length) => Math.max(1, Math.round(length / scale))) as [number, number];
  const [across, down] = [width / wide, height / high];
  const small = new Uint8Array(wide * high);
  for (let y = 0; y < high; y++) {
    for (let x = 0; x < wide; x++) {
      let sum = 0;
      for (let row = Math.floor(y * down); row < Math.min(height, (y + 1) * down); row++) {
        const covered = Math.min(row + 1, (y + 1) * down) - Math.max(row, y * down);
        for (let column = Math.floor(x * across); column < Math.min(width, (x + 1) * across); column++) {
          const part = Math.min(column + 1, (x + 1) * across) - Math.max(column, x * across);
          sum += covered * part * (levels[row * width + column] as number);
        }
      }
      small[y * wide + x] = Math.round(sum / (across * down));
    }
  }
  return { width: wide, height: high, levels: small };
}

/** In the middle of a square of this side. */
export const centred = (grey: Grey, side: number): Grey =>
  cut(grey, -Math.floor((side - grey.width) / 2), -Math.floor((side - grey.height) / 2), side, side);

/**
 * As MNIST's digits were made: the ink scaled to fit 20 × 20, its centre of mass in the middle of 28 × 28. Undefined for a picture without ink.
 *
 * Source: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits".
 */
export function asDigit(grey: Grey): Grey | undefined {
  const most = grey.levels.reduce((high, level) => Math.max(high, level), 0);
  let [left, top, right, bottom] = [grey.width, grey.height, -1, -1];
  grey.levels.forEach((level, i) => {
    if (4 * level <= most) return;
    const [x, y] = [i % grey.width, Math.floor(i / grey.width)];
    [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
  });
  if (right < 0) return undefined;
  const small = fitted(cut(grey, left, top, right - left + 1, bottom - top + 1), 20);
  let [mass, across, down] = [0, 0, 0];
  small.levels.forEach((level, i) => {
    mass += level;
    across += level * ((i % small.width) + 0.5);
    down += level * (Math.floor(i / small.width) + 0.5);
  });
  return cut(small, Math.round(across / mass - 14), Math.round(down / mass - 14), 28, 28);
}

/** The two colour scales of the figures: signed weights, and grey levels. A colour is 0xRRGGBB. */

/** Which end of the grey scale a level of 1 takes: `dark` ink on white paper, or `light` as in a photograph. */
export type Ink = "dark" | "light";

const steps = 255;
const darkest = [0x12, 0x16, 0x1c] as const;

/** OKLab coordinates to 0xRRGGBB (B. Ottosson, "A perceptual color space for image processing", 2020). */
function fromOklab(lightness: number, a: number, b: number): number {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const channels = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return channels.reduce((packed, linear) => packed * 256 + gammaByte(linear), 0);
}

function gammaByte(linear: number): number {
  const level = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
  return Math.round(255 * Math.min(1, Math.max(0, level)));
}

/**
 * White to one end through OKLab. Both ends have lightness 0.635 and chroma 0.163, so that neither sign looks stronger;
 * orange and blue stay apart in the three kinds of colour blindness. The hue may turn on the way, in degrees.
 */
function ramp(paleHue: number, fullHue: number): Uint32Array {
  return Uint32Array.from({ length: steps + 1 }, (_, i) => {
    const t = i / steps;
    const angle = ((paleHue + t * (fullHue - paleHue)) * Math.PI) / 180;
    return fromOklab(1 - 0.365 * t, 0.163 * t * Math.cos(angle), 0.163 * t * Math.sin(angle));
  });
}

// Pale orange at a constant hue looks pink; it is turned towards yellow.
const positive = ramp(74, 52);
const negative = ramp(246, 246);

/** Colour of a weight as a share of the scale's end, clamped to [−1, 1]: orange above 0, blue below, 0 the background. */
export function signedColour(share: number): number {
  const side = share < 0 ? negative : positive;
  return side[Math.round(steps * Math.min(1, Math.abs(share)))] as number;
}

/** Grey of a level in [0, 1]. */
export function greyColour(level: number, ink: Ink): number {
  const depth = ink === "dark" ? level : 1 - level;
  return darkest.reduce((packed, end) => packed * 256 + Math.round(255 - depth * (255 - end)), 0);
}

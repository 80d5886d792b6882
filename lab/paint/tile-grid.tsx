/** Tiles on a canvas, with their sentence for those who do not see it, and a tile that can be chosen. */

import { useLayoutEffect, useRef } from "preact/hooks";
import { isDark } from "./theme.js";
import { paintTiles, type Tiles, tilesSize } from "./tiles.js";

interface TileGridProps extends Tiles {
  /** What is to be seen, in a sentence. */
  readonly label: string;
  readonly onChoose?: (tile: number) => void;
  readonly chosen?: number | undefined;
  /** For the tests, which hash the pixels. */
  readonly name: string;
}

export function TileGrid({ label, onChoose, chosen, name, ...tiles }: TileGridProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = tilesSize(tiles);
  const theme = { dark: isDark.value };
  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const image = context.createImageData(width, height);
    paintTiles(tiles, theme, new Uint32Array(image.data.buffer));
    context.putImageData(image, 0, 0);
  });
  const choose = (event: MouseEvent) => {
    const box = canvas.current?.getBoundingClientRect();
    if (!box || !onChoose) return;
    const [x, y] = [
      (width * (event.clientX - box.left)) / box.width,
      (height * (event.clientY - box.top)) / box.height,
    ];
    const tile = Math.floor(y / (tiles.height + 1)) * tiles.columns + Math.floor(x / (tiles.width + 1));
    if (tile < tiles.count) onChoose(tile);
  };
  const onKey = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: tiles.columns, ArrowUp: -tiles.columns }[event.key];
    if (by === undefined || !onChoose) return;
    event.preventDefault();
    onChoose(Math.min(tiles.count - 1, Math.max(0, (chosen ?? 0) + by)));
  };
  const picture = (
    <canvas
      ref={canvas}
      class="pixels"
      width={width}
      height={height}
      role="img"
      aria-label={label}
      data-name={name}
      onClick={choose}
    />
  );
  if (!onChoose) return picture;
  return (
    <div
      class="chooser"
      role="group"
      aria-label={`${label} Arrow keys choose one.`}
      tabIndex={0}
      data-keys
      onKeyDown={onKey}
    >
      {picture}
      {chosen !== undefined && chosen < tiles.count && (
        <span
          class="mark"
          style={{
            left: `${(100 * (chosen % tiles.columns) * (tiles.width + 1)) / width}%`,
            top: `${(100 * Math.floor(chosen / tiles.columns) * (tiles.height + 1)) / height}%`,
            width: `${(100 * tiles.width) / width}%`,
            height: `${(100 * tiles.height) / height}%`,
          }}
        />
      )}
    </div>
  );
}

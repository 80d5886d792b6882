/** What is beside the pad: the tools, and what changes all of it at once. */

import { useSignal } from "@preact/signals";
import { type Half, half, halfNames, type Pad, PIXELS, type Tool, tools } from "./bits.js";

interface ToolsProps {
  readonly pad: Pad;
  readonly tool: Tool;
  readonly onTool: (tool: Tool) => void;
  readonly onPad: (pad: Pad) => void;
  readonly onNoise: (nth: number) => void;
  readonly onDigit: (digit: number, nth: number) => void;
}

const names: Readonly<Record<Tool, string>> = {
  pen: "Pen",
  brush: "Brush",
  eraser: "Eraser",
  hide: "Hide",
  show: "Uncover",
};

export function Tools({ pad, tool, onTool, onPad, onNoise, onDigit }: ToolsProps) {
  const pressed = useSignal({ noise: 0, half: 0, digit: 0 });
  const next = (what: "noise" | "half" | "digit") => {
    const nth = pressed.peek()[what];
    pressed.value = { ...pressed.peek(), [what]: nth + 1 };
    return nth;
  };
  return (
    <div class="tools-of-pad">
      <div class="row" role="group" aria-label="Tool">
        {tools.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === tool}
            data-test={`tool-${each}`}
            onClick={() => onTool(each)}
          >
            {names[each]}
          </button>
        ))}
      </div>
      <div class="row" role="group" aria-label="The whole drawing">
        <button
          type="button"
          data-test="clear"
          onClick={() => onPad({ bits: new Uint8Array(PIXELS), hidden: new Uint8Array(PIXELS) })}
        >
          Clear
        </button>
        <button type="button" data-test="noise" onClick={() => onNoise(next("noise"))}>
          Noise
        </button>
        <button
          type="button"
          data-test="hide-half"
          onClick={() => onPad({ ...pad, hidden: half(halfNames[next("half") % halfNames.length] as Half) })}
        >
          Hide half
        </button>
        <button
          type="button"
          data-test="show-all"
          disabled={!pad.hidden.some((bit) => bit === 1)}
          onClick={() => onPad({ ...pad, hidden: new Uint8Array(PIXELS) })}
        >
          Uncover all
        </button>
      </div>
      <div class="row digits" role="group" aria-label="A held-out digit">
        {Array.from({ length: 10 }, (_, digit) => (
          <button
            key={digit}
            type="button"
            aria-label={`a held-out ${digit}`}
            data-test={`digit-${digit}`}
            onClick={() => onDigit(digit, next("digit"))}
          >
            {digit}
          </button>
        ))}
      </div>
    </div>
  );
}

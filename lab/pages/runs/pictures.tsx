/** Pictures of a run: the command draws them once, when training ends, so they show the last epoch. */

import type { Run } from "./run.js";

export function Pictures({ run }: { readonly run: Run }) {
  if (run.figures.length === 0) return null;
  const address = (file: string) => `api/runs/${encodeURIComponent(run.id)}/${file}`;
  return (
    <details class="figures">
      <summary>
        Pictures of {run.name} ({run.figures.length})
      </summary>
      <p class="caption">Drawn when training ended; filters-over-epochs.png shows earlier epochs too.</p>
      {run.report && (
        <p>
          <a href={address("report.html")}>The report of {run.name}</a>
        </p>
      )}
      <div class="panels">
        {run.figures.map((file) => (
          <figure key={file}>
            <img
              loading="lazy"
              src={address(`figures/${encodeURIComponent(file)}`)}
              alt={`${file.replace(/\.png$/, "")} of ${run.name}`}
            />
            <figcaption>{file}</figcaption>
          </figure>
        ))}
      </div>
    </details>
  );
}

/** The plan of every page: a claim, a big picture, the transport, the formulas, what to try. */

import type { ComponentChildren } from "preact";

interface PageProps {
  readonly title: string;
  /** One sentence that the page shows to be true. */
  readonly claim: ComponentChildren;
  readonly picture: ComponentChildren;
  readonly transport?: ComponentChildren;
  /** Between the transport and the panels. */
  readonly children?: ComponentChildren;
  readonly controls?: ComponentChildren;
  readonly formulas?: ComponentChildren;
  /** Predict, then run. */
  readonly tryThis?: ComponentChildren;
  readonly share?: ComponentChildren;
}

export function Page({ title, claim, picture, transport, children, controls, formulas, tryThis, share }: PageProps) {
  return (
    <article class="page">
      <header>
        <h1>{title}</h1>
        <p class="claim">{claim}</p>
      </header>
      <section class="picture" aria-label="Picture">
        {picture}
      </section>
      {transport}
      {children}
      <div class="beside">
        {controls && (
          <section class="controls teacher" aria-label="Controls">
            {controls}
          </section>
        )}
        {formulas && (
          <section class="formulas" aria-label="Formulas">
            {formulas}
          </section>
        )}
        {tryThis && (
          <section class="try teacher" aria-labelledby="try">
            <h2 id="try">Try this</h2>
            {tryThis}
          </section>
        )}
      </div>
      {share}
    </article>
  );
}

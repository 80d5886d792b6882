/** The frame of all pages: navigation, notices, the page that the link names. */

import { computed, signal, useSignalEffect } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { complaints, raw, view } from "../link/state.js";
import { Shortcuts } from "../parts/shortcuts.js";
import { ThemeButton } from "../parts/theme-button.js";
import { contents } from "./contents.js";
import { pages } from "./pages.js";

const entry = computed(() => {
  const { page } = raw.value;
  return contents.find(({ id }) => id === page) ?? (page === "" ? contents[0] : undefined);
});
const loaded = signal<{ id: string; link: unknown; Page: ComponentType } | undefined>(undefined);
const failure = signal<string | undefined>(undefined);

export function App() {
  const main = useRef<HTMLElement>(null);
  useSignalEffect(() => {
    const [page, link] = [entry.value, raw.value];
    if (!page) return;
    failure.value = undefined;
    pages[page.id]().then(
      ({ default: Page }) => {
        loaded.value = { id: page.id, link, Page };
        document.title = `${page.title} · harmonium lab`;
      },
      () => {
        failure.value = `The page ${page.title} could not be loaded. Reload the lab; if it is served by a command, see whether that still runs.`;
      },
    );
  });
  useEffect(() => {
    // a new page begins at its top, for eyes and for screen readers
    scrollTo(0, 0);
    // on a narrow screen the list of pages slides
    document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [loaded.value?.id]);

  const page = loaded.value;
  const unknown = entry.value === undefined;
  return (
    <div class={view.embed.value ? "lab embedded" : "lab"} data-controls={view.controls.value ? "shown" : "hidden"}>
      {!view.embed.value && <Header current={entry.value?.id} />}
      <main ref={main} id="main" tabIndex={-1}>
        <Notices />
        {unknown && <NotFound page={raw.value.page} />}
        {failure.value && (
          <p class="notice" role="alert">
            {failure.value}
          </p>
        )}
        {!unknown && page && page.id === entry.value?.id && <page.Page key={`${page.id} ${keyOf(page.link)}`} />}
      </main>
    </div>
  );
}

/** A new link is a new page, with its signals and its worker. */
const keys = new WeakMap<object, number>();
function keyOf(link: unknown): number {
  const key = keys.get(link as object) ?? Math.random();
  keys.set(link as object, key);
  return key;
}

function Header({ current }: { readonly current: string | undefined }) {
  return (
    <header class="top">
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById("main")?.focus();
        }}
      >
        To the page
      </a>
      <a class="brand" href="#/start">
        harmonium <span>lab</span>
      </a>
      <nav aria-label="Pages">
        <ul>
          {contents.map(({ id, title, about }) => (
            <li key={id}>
              <a href={`#/${id}`} title={about} aria-current={id === current ? "page" : undefined}>
                {title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div class="tools">
        <Shortcuts />
        <ThemeButton />
      </div>
    </header>
  );
}

/** What the link got wrong; it opened all the same. */
function Notices() {
  if (complaints.value.length === 0) return null;
  return (
    <div class="notice" role="status" data-test="complaints">
      <strong>This link was read, with reservations.</strong>
      <ul>
        {complaints.value.map((complaint) => (
          <li key={complaint}>{complaint}</li>
        ))}
      </ul>
      <button
        type="button"
        onClick={() => {
          complaints.value = [];
        }}
      >
        Understood
      </button>
    </div>
  );
}

function NotFound({ page }: { readonly page: string }) {
  return (
    <div class="notice" role="alert" data-test="complaints">
      <strong>There is no page “{page.slice(0, 60)}”.</strong> These are there:
      <ul>
        {contents.map(({ id, title, about }) => (
          <li key={id}>
            <a href={`#/${id}`}>{title}</a>: {about}
          </li>
        ))}
      </ul>
    </div>
  );
}

/* Wenhai on any page: <wenhai-related> and <wenhai-search>. What they take is in docs/embedding.md.
   No dependency, nothing global, no inline style; what a server says is put in as text alone. */
(() => {
  "use strict";

  if (customElements.get("wenhai-related")) return;

  const HOME = new URL(".", document.currentScript?.src || document.baseURI).href;
  const PATIENCE = 8000; // milliseconds for an answer
  const PAUSE = 150; // and without a key pressed before a question is asked
  const LONGEST_TITLE = 240;
  const NEAR = "400px"; // related documents are asked for when this near to what is seen
  const SESSION = Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join("");

  const WORDS = {
    zh: {
      lang: "zh-Hans",
      related: "相关文档",
      page: (n) => `第 ${n} 页`,
      pages: (n) => `${n} 页`,
      closest: (n) => `最接近的在第 ${n} 页`,
      search: "搜索",
      placeholder: "问一个问题，或写几个词",
      found: (n, more) => (more ? `至少 ${n} 份文档` : `${n} 份文档`),
      none: "没有文档回答这个问题",
      nearest: "没有文档回答这个问题，最接近的是：",
      all: "查看全部结果",
      away: "暂时不能搜索",
    },
    en: {
      lang: "en",
      related: "Related documents",
      page: (n) => `page ${n}`,
      pages: (n) => (n === "1" ? "1 page" : `${n} pages`),
      closest: (n) => `closest on page ${n}`,
      search: "Search",
      placeholder: "Ask a question, or type a few words",
      found: (n, more) => `${more ? "at least " : ""}${n} ${n === "1" ? "document" : "documents"}`,
      none: "No document answers this question",
      nearest: "No document answers this question; the nearest:",
      all: "See all results",
      away: "Search is not available now",
    },
  };

  const STYLE = `
:host {
  --_accent: var(--wenhai-accent, light-dark(#0b5a70, #7cc5d9));
  --_soft: var(--wenhai-soft, color-mix(in srgb, currentcolor 70%, transparent));
  --_faint: var(--wenhai-line, color-mix(in srgb, currentcolor 16%, transparent));
  --_wash: var(--wenhai-wash, color-mix(in srgb, currentcolor 7%, transparent));
  --_mark: var(--wenhai-mark, light-dark(#fdecae, #5c4c14));
  --_panel: var(--wenhai-panel, light-dark(#fff, #1f262b));
  --_radius: var(--wenhai-radius, .6rem);
  display: block;
  color: var(--wenhai-color, inherit);
  font-family: var(--wenhai-font, inherit);
  font-size: var(--wenhai-size, inherit);
  line-height: 1.5;
  text-align: start;
  text-indent: 0;
  text-transform: none;
  white-space: normal;
  overflow-wrap: anywhere;
}
:host([hidden]), [hidden] { display: none !important }
* { box-sizing: border-box }
h1, h2, h3, h4, h5, h6, ul, li, p { margin: 0; padding: 0 }
ul { list-style: none }
h2, h3, h4, h5, h6 { margin-block-end: .5rem; font-size: 1.0625em; line-height: 1.5; font-weight: 600 }
a { color: inherit; text-decoration: none }
:focus-visible { outline: 2px solid var(--_accent); outline-offset: 2px; border-radius: 3px }
mark { color: light-dark(#1f2328, #e4e2dc); background: var(--_mark); border-radius: 2px }
mark.semantic {
  color: inherit; background: none;
  text-decoration: underline dotted var(--_accent); text-underline-offset: .25em;
}
.seen-by-none {
  position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap;
}
.title {
  display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: var(--_lines);
  overflow: hidden; font-weight: 500;
}
.facts {
  display: flex; gap: .75em; font-size: .8125em; line-height: 1.6;
  color: var(--_soft); white-space: nowrap;
}
.facts > :first-child { overflow: hidden; text-overflow: ellipsis }
.facts > :not(:first-child) { flex: none }

.related ul {
  --_lines: var(--wenhai-lines, 2);
  display: grid; column-gap: 2em;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, var(--wenhai-column, 17em)), 1fr));
}
.related li {
  block-size: calc(var(--_lines) * 1.5em + 2.6em); padding-block: .55em;
  border-block-start: 1px solid var(--_faint);
}
.related a:hover { color: var(--_accent); text-decoration: underline 1px; text-underline-offset: .25em }
.related .waiting::before, .related .waiting::after {
  content: ""; display: block; block-size: .8em; margin-block: .35em;
  border-radius: .3em; background: var(--_wash);
}
.related .waiting::after { inline-size: 45%; block-size: .65em; margin-block-start: .7em }

.search { --_lines: 1; position: relative; max-inline-size: var(--wenhai-width, 38rem) }
.box { position: relative }
.box svg {
  position: absolute; inset-block: 0; inset-inline-start: .8em; margin-block: auto;
  inline-size: 1.1em; block-size: 1.1em; pointer-events: none;
  fill: none; stroke: var(--_soft); stroke-width: 2; stroke-linecap: round;
}
input {
  inline-size: 100%; margin: 0; padding-block: .55em; padding-inline: 2.5em .9em; appearance: none;
  font: inherit; color: inherit; background: var(--wenhai-field, transparent);
  border: 1px solid color-mix(in srgb, currentcolor 55%, transparent); border-radius: var(--_radius);
}
input::placeholder { color: var(--_soft); opacity: 1 }
input:focus-visible { outline-offset: -1px; border-radius: var(--_radius); border-color: var(--_accent) }
.panel {
  container-type: inline-size; position: absolute; z-index: var(--wenhai-layer, 1000); inset-inline: 0;
  margin-block-start: .4rem; padding: .4rem; max-block-size: min(70vh, 34rem);
  overflow-y: auto; overscroll-behavior: contain;
  color: var(--wenhai-panel-color, CanvasText); background: var(--_panel);
  border: 1px solid var(--_faint); border-radius: var(--_radius); box-shadow: 0 10px 32px rgb(0 0 0 / 14%);
}
.panel [role="option"], .panel .all {
  display: block; padding: .5rem .7rem; border-radius: calc(var(--_radius) - .2rem); scroll-margin: .4rem;
}
.panel a:hover { background: var(--_wash) }
.panel [aria-selected="true"] { background: var(--_wash); box-shadow: inset 2px 0 var(--_accent) }
.panel .head { display: flex; gap: 1em; align-items: baseline; justify-content: space-between }
.panel .title { font-weight: 600 }
.panel .facts { flex: none }
.panel .snippet, .panel .note { font-size: .875em; color: var(--_soft) }
.panel .snippet { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden }
.panel .note { padding: .4rem .7rem }
.panel .all {
  position: sticky; bottom: -.4rem; margin: 0 -.4rem -.4rem; padding: .6rem 1.1rem;
  border-block-start: 1px solid var(--_faint); border-radius: 0;
  font-size: .875em; font-weight: 500; color: var(--_accent); background: var(--_panel);
}
.panel a.all:hover { text-decoration: underline 1px; text-underline-offset: .25em; background: var(--_panel) }
:host([inline]) .panel {
  position: static; max-block-size: none; padding: 0;
  color: inherit; background: none; border: 0; box-shadow: none;
}
:host([inline]) .panel .all { position: static; margin: 0; background: none }
@container (max-width: 26rem) {
  .panel .head { display: block }
  .panel .title { --_lines: 2 }
}
@media (forced-colors: active) {
  .panel [aria-selected="true"] { outline: 2px solid Highlight; outline-offset: -2px }
}
@media print { .search { display: none } }
`;
  const SHEET = new CSSStyleSheet();
  SHEET.replaceSync(STYLE);

  /* Text as it is shown: nothing that turns its direction, on one line, no longer than can be read. */

  const UNSEEN = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\0-\x08\x0e-\x1f\x7f-\x9f]+/g;
  const GAPS = /[\s\ue000-\uf8ff\ufffd]+/g;

  const harmless = (text) => String(text ?? "").replace(UNSEEN, "");
  const clean = (text) => harmless(text).replace(GAPS, " ").trim();
  const clipped = (text, most) => {
    const characters = Array.from(text.slice(0, 2 * most + 2));
    return characters.length > most ? characters.slice(0, most).join("").trimEnd() + "…" : text;
  };

  const make = (tag, names, ...inside) => {
    const made = document.createElement(tag);
    if (names) made.className = names;
    if (names) made.setAttribute("part", names);
    made.append(...inside.filter((each) => each || each === 0));
    return made;
  };

  /* An address that a browser may follow, null for any other: `javascript:` above all. */
  const webAddress = (text, base) => {
    try {
      const address = new URL(text, base);
      return /^https?:$/.test(address.protocol) ? address.href : null;
    } catch {
      return null;
    }
  };

  const quoted = (text) => encodeURIComponent(String(text).replace(/\p{Cs}/gu, "\ufffd"));

  class Failure extends Error {
    constructor(message, status = 0) {
      super(message);
      this.status = status;
    }
  }

  class Embedded extends HTMLElement {
    #asking = null;
    #hidden = false;

    constructor() {
      super();
      this.attachShadow({ mode: "open" }).adoptedStyleSheets = [SHEET];
      this.shadowRoot.addEventListener("click", (event) => this.#clicked(event));
      this.shadowRoot.addEventListener("auxclick", (event) => this.#clicked(event));
    }

    get server() {
      const base = webAddress(this.getAttribute("server") || HOME, document.baseURI);
      return base && (base.endsWith("/") ? base : `${base}/`);
    }

    get language() {
      for (let node = this; node; node = node.parentNode || node.host) {
        const lang = node.getAttribute?.("lang");
        if (lang) return lang.toLowerCase().startsWith("zh") ? "zh" : "en";
      }
      return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
    }

    get words() {
      return WORDS[this.language];
    }

    count(standard) {
      const asked = Math.trunc(Number(this.getAttribute("limit")));
      return asked >= 1 ? Math.min(asked, 50) : standard;
    }

    /* The ids in an attribute: one, or a JSON array of several. */
    ids(name) {
      const given = (this.getAttribute(name) || "").trim();
      if (given.startsWith("[")) {
        try {
          return JSON.parse(given).map(String);
        } catch {
          return [];
        }
      }
      return given ? [given] : [];
    }

    /* The answer of the API, or nothing where something else was asked meanwhile. */
    async ask(operation, parameters, body) {
      this.drop();
      const asking = (this.#asking = new AbortController());
      const timer = setTimeout(() => asking.abort(), PATIENCE);
      try {
        const response = await this.#fetched(operation, parameters, body, { signal: asking.signal });
        const answer = await response.json().catch(() => null);
        if (asking !== this.#asking) return undefined;
        if (!response.ok || !answer) {
          throw new Failure(clean(answer?.detail) || "no answer of a Wenhai server", response.status);
        }
        return answer;
      } catch (error) {
        if (asking !== this.#asking) return undefined;
        throw error instanceof Failure ? error : new Failure(`${this.server || "server"} gives no answer`);
      } finally {
        clearTimeout(timer);
      }
    }

    #fetched(operation, parameters, body, options) {
      const collection = this.getAttribute("collection");
      const place = collection ? `v1/collections/${quoted(collection)}/` : "v1/";
      const address = new URL(place + operation, this.server);
      for (const [name, value] of Object.entries(parameters || {})) {
        if (value !== null && value !== "") address.searchParams.set(name, value);
      }
      const headers = {};
      if (this.getAttribute("key")) headers["x-api-key"] = this.getAttribute("key");
      if (body) headers["content-type"] = "application/json";
      return fetch(address, {
        method: body ? "POST" : "GET",
        headers,
        body: body && JSON.stringify(body),
        credentials: "omit",
        referrerPolicy: "no-referrer",
        ...options,
      });
    }

    /* Forget what was asked: its answer is not wanted any more. */
    drop() {
      this.#asking?.abort();
      this.#asking = null;
    }

    tell(name, detail) {
      this.dispatchEvent(new CustomEvent(`wenhai-${name}`, { detail, bubbles: true, composed: true }));
    }

    vanish() {
      this.#hidden ||= !this.hidden;
      this.hidden = true;
    }

    /* Undo that; say whether there was anything to undo. */
    appear() {
      const hidden = this.#hidden;
      if (hidden) this.hidden = this.#hidden = false;
      return hidden;
    }

    /* Where a document is read: on the site's own page, at its own address, or with the server. */
    addressOf(item, at = {}) {
      const own = this.getAttribute("link");
      if (own) return webAddress(own.replaceAll("{id}", quoted(item.id)), document.baseURI);
      const stated = item.url && webAddress(item.url, this.server);
      if (stated) return stated;
      if (this.getAttribute("collection")) return item.link && webAddress(item.link, this.server);
      const page = new URL(`documents/${quoted(item.id)}`, this.server);
      for (const [name, value] of Object.entries(at)) if (value) page.searchParams.set(name, value);
      return page.href;
    }

    linkTo(item, names, at) {
      const address = this.addressOf(item, at);
      const link = make(address ? "a" : "span", names);
      if (address) link.href = address;
      link.dataset.document = item.id;
      return link;
    }

    /* Put the title of the document into the element, in its own language and direction. */
    entitle(element, item) {
      element.textContent = clipped(clean(item.title) || clean(item.id), LONGEST_TITLE);
      element.dir = "auto";
      const language = item.document?.language;
      if (/^[a-z]{2,3}$/i.test(language || "")) element.lang = language;
      return element;
    }

    factsOf(item) {
      const { file_type: type, page_count: pages } = item.document || {};
      const said = [
        type && clipped(clean(type), 12).toUpperCase(),
        pages > 0 && this.words.pages(Number(pages).toLocaleString(this.language)),
      ];
      return said.filter(Boolean).join(" · ");
    }

    #clicked(event) {
      const link = event.target.closest("a[data-document]");
      if (!link || event.button > 1 || !this.hasAttribute("events")) return;
      const [from, ...more] = this.ids("document");
      const click = { type: "click", document: link.dataset.document, session: SESSION };
      if (from && !more.length) click.from = from;
      this.#fetched("events", null, click, { keepalive: true }).catch(() => {});
    }
  }

  class Related extends Embedded {
    static observedAttributes = [
      "collection", "document", "filter", "heading", "key", "lang",
      "level", "limit", "link", "seen", "server", "text",
    ];

    #near = null;
    #watching = null;
    #planned = false;

    connectedCallback() {
      if (this.appear() || !this.shadowRoot.firstChild) this.#reserve();
      this.#watching = new IntersectionObserver(
        (entries) => {
          if (!entries.some((each) => each.isIntersecting)) return;
          this.#watching.disconnect();
          this.#near = true;
          this.#plan();
        },
        { rootMargin: NEAR },
      );
      this.#watching.observe(this);
    }

    disconnectedCallback() {
      this.#watching.disconnect();
      this.#near = null;
      this.drop();
    }

    attributeChangedCallback(_, before, now) {
      if (before === now || !this.shadowRoot.firstChild) return;
      if (this.#near) this.#plan();
      else this.#reserve();
    }

    /* Attributes that change together lead to one question. */
    #plan() {
      if (this.#planned) return;
      this.#planned = true;
      queueMicrotask(() => {
        this.#planned = false;
        if (this.isConnected) this.#load();
      });
    }

    async #load() {
      const positive = this.ids("document");
      const seen = this.ids("seen");
      const text = clean(this.getAttribute("text"));
      if (!this.server || (!positive.length && !text)) {
        this.drop();
        this.vanish();
        return;
      }
      const limit = this.count(6);
      const filter = this.getAttribute("filter") || null;
      const section = this.shadowRoot.firstChild;
      section.setAttribute("aria-busy", "true");
      try {
        const answer =
          positive.length === 1 && !text && !seen.length
            ? await this.ask(`documents/${quoted(positive[0])}/similar`, { limit, filter })
            : await this.ask("recommend", null, {
                positive,
                seen,
                limit,
                ...(text && { text }),
                ...(filter && { filter }),
              });
        if (answer) this.#show(answer.similar || answer.recommended || []);
      } catch (error) {
        this.vanish();
        this.tell("error", { message: error.message, status: error.status });
      }
    }

    /* Room for what will come, so that nothing jumps. */
    #reserve() {
      const rows = Array.from({ length: this.count(6) }, () => make("li", "waiting"));
      const list = make("ul", "list", ...rows);
      list.setAttribute("aria-hidden", "true");
      this.#frame(list, true);
    }

    #show(items) {
      const rows = items.map((item) => this.#row(item));
      this.#frame(make("ul", "list", ...rows), false);
      if (rows.length) this.appear();
      else this.vanish();
      this.tell("load", { count: rows.length });
    }

    #frame(list, busy) {
      const said = this.getAttribute("heading");
      const level = Number(this.getAttribute("level"));
      const tag = level >= 2 && level <= 6 ? `h${level}` : "h2";
      const heading = make(tag, "heading", said || this.words.related);
      heading.id = "heading";
      if (said === "") heading.className = "seen-by-none";
      const section = make("section", "related", heading, list);
      section.lang = this.words.lang;
      section.setAttribute("aria-labelledby", "heading");
      if (busy) section.setAttribute("aria-busy", "true");
      this.shadowRoot.replaceChildren(section);
    }

    #row(item) {
      const link = this.entitle(this.linkTo(item, "title"), item);
      const facts = this.factsOf(item);
      const reason = this.#reason(item.reason || {});
      return make(
        "li",
        "item",
        link,
        make("p", "facts", reason && make("span", "reason", reason), facts && make("span", "kind", facts)),
      );
    }

    #reason(reason) {
      const terms = Array.isArray(reason.label) ? reason.label.map(clean).filter(Boolean) : [];
      if (terms.length) return make("bdi", "", clipped(terms.slice(0, 4).join(" · "), 80));
      return reason.their_page > 0 ? this.words.closest(reason.their_page) : "";
    }
  }

  const drawn = (path) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    svg.append(document.createElementNS(svg.namespaceURI, "path"));
    svg.firstChild.setAttribute("d", path);
    return svg;
  };

  class Search extends Embedded {
    static observedAttributes = ["collection", "filter", "key", "lang", "limit", "placeholder", "server"];

    #input = null;
    #panel = null;
    #status = null;
    #timer = 0;
    #composing = false;
    #shown = null; // the question whose answer is shown
    #active = -1;

    connectedCallback() {
      if (!this.#input) this.#build();
    }

    disconnectedCallback() {
      clearTimeout(this.#timer);
      this.drop();
    }

    attributeChangedCallback(_, before, now) {
      if (before === now || !this.#input) return;
      this.#label();
      this.#forget();
    }

    /* What was typed, as text that a host may set too. */
    get value() {
      return this.#input?.value ?? "";
    }

    set value(text) {
      if (!this.#input) this.#build();
      this.#input.value = text;
      this.#soon(0);
    }

    #build() {
      const input = (this.#input = make("input", "input"));
      input.type = "search";
      input.autocomplete = "off";
      input.spellcheck = false;
      input.enterKeyHint = "search";
      input.maxLength = 2000;
      const panel = (this.#panel = make("div", "panel"));
      const status = (this.#status = make("p", "seen-by-none"));
      input.setAttribute("role", "combobox");
      input.setAttribute("aria-autocomplete", "list");
      input.setAttribute("aria-expanded", "false");
      input.setAttribute("aria-controls", "options");
      input.setAttribute("autocapitalize", "none");
      status.setAttribute("role", "status");
      panel.hidden = true;
      input.addEventListener("compositionstart", () => {
        this.#composing = true;
        clearTimeout(this.#timer);
      });
      input.addEventListener("compositionend", () => {
        this.#composing = false;
        this.#soon(PAUSE);
      });
      input.addEventListener("input", (event) => {
        if (!event.isComposing && !this.#composing) this.#soon(PAUSE);
      });
      input.addEventListener("focus", () => {
        if (this.#shown !== null && this.#shown === clean(input.value)) this.#open(true);
      });
      panel.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
      this.shadowRoot.addEventListener("focusout", (event) => {
        const left = !this.shadowRoot.contains(event.relatedTarget);
        if (left && !this.hasAttribute("inline")) this.#open(false);
      });
      const glass = drawn("M16 16l5 5M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13");
      const search = make("div", "search", make("div", "box", glass, input), status, panel);
      search.setAttribute("role", "search");
      search.addEventListener("keydown", (event) => this.#pressed(event));
      this.shadowRoot.replaceChildren(search);
      this.#label();
    }

    #label() {
      this.shadowRoot.firstChild.lang = this.words.lang;
      const said = this.getAttribute("placeholder") ?? this.words.placeholder;
      this.#input.placeholder = said;
      this.#input.setAttribute("aria-label", said || this.words.search);
    }

    #soon(pause) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#search(), pause);
    }

    async #search() {
      const q = clean(this.#input.value);
      if (q === this.#shown) return this.#open(true);
      if (!q || !this.server) return this.#forget();
      const asked = { q, limit: this.count(6), passages: 1, snippet_columns: 160 };
      const filter = this.getAttribute("filter");
      if (filter) asked.filter = filter;
      this.#input.setAttribute("aria-busy", "true");
      try {
        // with a key, each new address would be asked for permission first: a body has one address
        const answer = this.getAttribute("key")
          ? await this.ask("search", null, asked)
          : await this.ask("search", asked);
        if (!answer) return;
        this.#shown = q;
        this.#show(q, answer);
      } catch (error) {
        this.#shown = null;
        const said = error.status === 422 ? this.words.none : this.words.away; // a question of signs alone
        this.#fill([make("p", "note", said)], said);
        this.tell("error", { message: error.message, status: error.status });
      }
      this.#input.removeAttribute("aria-busy");
    }

    #forget() {
      clearTimeout(this.#timer);
      this.drop();
      this.#shown = null;
      this.#input.removeAttribute("aria-busy");
      this.#fill([], "");
      this.#open(false);
    }

    #show(q, answer) {
      const found = answer.hits || [];
      const hits = found.length ? found : answer.nearest || [];
      const total = Number(answer.total?.value) || 0;
      const words = this.words;
      const none = hits.length ? words.nearest : words.none;
      const said = found.length
        ? words.found(total.toLocaleString(this.language), answer.total?.relation === "gte")
        : none;
      const options = make("div", "options", ...hits.map((hit, number) => this.#option(hit, number, q)));
      options.id = "options";
      options.setAttribute("role", "listbox");
      options.setAttribute("aria-label", words.search);
      const note = !found.length && make("p", "note", none);
      const all = this.#all(q, found.length < total);
      this.#fill([note, hits.length && options, all].filter(Boolean), said);
      this.tell("load", { count: found.length });
    }

    #option(hit, number, q) {
      const passage = hit.passages?.[0] || {};
      const link = this.linkTo(hit, "option", { at: passage.page, passage: passage.id, q });
      link.id = `option-${number}`;
      link.tabIndex = -1;
      link.setAttribute("role", "option");
      link.setAttribute("aria-selected", "false");
      const page = passage.page > 0 && this.words.page(passage.page);
      const facts = make("span", "facts", [page, this.factsOf(hit)].filter(Boolean).join(" · "));
      link.append(make("div", "head", this.entitle(make("span", "title"), hit), facts), this.#snippet(hit));
      return link;
    }

    /* The snippet with its marks, whose ranges count code points. */
    #snippet(hit) {
      const { text, highlights } = hit.snippet || {};
      const snippet = make("p", "snippet");
      snippet.dir = "auto";
      const characters = Array.from(String(text ?? ""));
      let done = 0;
      for (const { range, kind } of highlights || []) {
        const marked = harmless(characters.slice(range[0], range[1]).join(""));
        const mark = make("mark", kind === "semantic" ? "semantic" : "keyword", marked);
        snippet.append(harmless(characters.slice(done, range[0]).join("")), mark);
        done = range[1];
      }
      snippet.append(harmless(characters.slice(done).join("")));
      return snippet;
    }

    /* The link to a page with all results: the site's own, else the server's where it shows the same. */
    #all(q, more) {
      const own = this.getAttribute("results");
      const narrowed = ["collection", "filter", "key"].some((name) => this.getAttribute(name));
      const address = own
        ? webAddress(own.replaceAll("{q}", quoted(q)), document.baseURI)
        : !narrowed && more && `${this.server}?q=${quoted(q)}`;
      if (!address) return null;
      const link = make("a", "all", this.words.all);
      link.href = address;
      return link;
    }

    #fill(parts, said) {
      this.#panel.replaceChildren(...parts);
      this.#panel.scrollTop = 0;
      this.#status.textContent = said;
      this.#choose(-1);
      this.#open(this.hasAttribute("inline") || this.shadowRoot.activeElement === this.#input);
    }

    #open(wanted) {
      const open = wanted && this.#panel.childElementCount > 0;
      this.#panel.hidden = !open;
      this.#input.setAttribute("aria-expanded", String(open && this.#options.length > 0));
      if (!open) this.#choose(-1);
    }

    get #options() {
      return this.#panel.querySelectorAll('[role="option"]');
    }

    #choose(number) {
      this.#active = number;
      this.#options.forEach((option, at) => option.setAttribute("aria-selected", String(at === number)));
      const chosen = this.#options[number];
      if (chosen) {
        this.#input.setAttribute("aria-activedescendant", chosen.id);
        chosen.scrollIntoView({ block: "nearest" });
      } else this.#input.removeAttribute("aria-activedescendant");
    }

    #pressed(event) {
      if (event.isComposing || this.#composing || event.keyCode === 229) return; // the IME's own keys
      const typing = this.shadowRoot.activeElement === this.#input;
      const step = typing && { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const count = this.#options.length;
      if (step && count && !event.altKey) {
        event.preventDefault();
        if (this.#panel.hidden) this.#open(true);
        // one place more than there are options: the box itself
        this.#choose(((this.#active + 1 + step + count + 1) % (count + 1)) - 1);
      } else if (typing && event.key === "Enter") {
        event.preventDefault();
        this.#enter(event);
      } else if (event.key === "Escape" && !this.#panel.hidden) {
        event.preventDefault();
        this.#input.focus();
        this.#open(false);
      }
    }

    /* Enter opens what is chosen, else the page of all results, else asks without waiting. */
    #enter(event) {
      const chosen = this.#panel.hidden ? null : this.#options[this.#active];
      const all = this.#shown === clean(this.#input.value) && this.#panel.querySelector(".all");
      const target = chosen || all;
      if (!target) this.#soon(0);
      else {
        const { ctrlKey, metaKey } = event;
        target.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey, metaKey }));
      }
    }
  }

  customElements.define("wenhai-related", Related);
  customElements.define("wenhai-search", Search);
})();

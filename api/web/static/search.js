// Results while somebody types. The server makes every page; this only puts the new one in place.
// Without it, the form and all links work as they stand.
"use strict";

(() => {
  const TYPING_MS = 120;
  const BURST_MS = 3000;
  const PATIENCE_MS = 15000;
  const PAGES_KEPT = 20;
  const SUGGESTIONS = 7;
  const LATER_MS = 1000;

  const form = document.querySelector("form.ask");
  const box = form.querySelector("input[type=search]");
  const main = document.querySelector("main");
  const news = document.querySelector("#news");
  const trouble = document.querySelector("#trouble");
  const isSearchPage = location.pathname === "/";

  let asking = null; // what stops the request under way
  let asked = null; // its address, until it is shown
  let timer = 0;
  let burst = 0; // when somebody last typed
  let owed = false; // whether the page to come gets a place in the history of its own
  let here = location.pathname + location.search;
  const kept = new Map(); // pages seen, by address, and how far down they were read
  keep(here, document.documentElement.outerHTML);

  // --- pages -------------------------------------------------------------------------------------

  /**
   * Show the page at that address; `how` is what becomes of the history: push, replace or keep.
   * A question that stops one under way takes the place that was meant for that one.
   */
  async function go(address, how) {
    if (how !== "replace") owed = how === "push";
    clearTimeout(timer);
    asking?.abort();
    const mine = new AbortController();
    asking = mine;
    asked = address;
    const impatience = setTimeout(() => mine.abort("too long"), PATIENCE_MS);
    main.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(address, { headers: { accept: "text/html" }, signal: mine.signal });
      if (!(response.headers.get("content-type") ?? "").startsWith("text/html")) throw new Error("no page");
      const html = await response.text();
      if (mine !== asking) return;
      note(address, how);
      show(html);
      keep(address, html);
    } catch {
      if (mine !== asking) return; // a newer question is under way
      tell(address);
    } finally {
      clearTimeout(impatience);
      if (mine === asking) {
        asking = null;
        main.removeAttribute("aria-busy");
      }
    }
  }

  function note(address, how) {
    leave();
    if (how !== "keep") {
      if (owed && address !== here) history.pushState(null, "", address);
      else history.replaceState(null, "", address);
    }
    owed = false;
    here = address;
    asked = null;
  }

  function show(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const fresh = page.querySelector("main");
    const open = main.querySelector("details[open]")?.id;
    const focused = main.contains(document.activeElement) ? document.activeElement.id : "";
    document.title = page.title;
    document.body.className = page.body.className;
    for (const part of ["#kept", ".languages", ".brand"]) {
      document.querySelector(part)?.replaceWith(page.querySelector(part));
    }
    main.replaceChildren(...fresh.childNodes);
    if (open) document.getElementById(open)?.setAttribute("open", "");
    if (focused) (document.getElementById(focused) ?? main).focus({ preventScroll: true });
    trouble.hidden = true;
    news.textContent = main.querySelector("[data-news], [role=alert]")?.innerText.trim() ?? "";
  }

  function keep(address, html) {
    kept.delete(address);
    kept.set(address, { html, down: 0 });
    if (kept.size > PAGES_KEPT) kept.delete(kept.keys().next().value);
  }

  function leave() {
    const page = kept.get(here);
    if (page) page.down = scrollY;
  }

  function tell(address) {
    trouble.querySelector("span").textContent =
      navigator.onLine ? trouble.dataset.trouble : trouble.dataset.offline;
    trouble.hidden = false;
    asked = address;
  }

  const retry = () => asked && go(asked, "replace");
  trouble.querySelector("button").addEventListener("click", retry);
  addEventListener("online", () => trouble.hidden || retry());

  addEventListener("popstate", () => {
    const address = location.pathname + location.search;
    if (address === here) return; // only another place of the same page
    box.value = new URLSearchParams(location.search).get("q") ?? "";
    close();
    const seen = kept.get(address);
    if (!seen) return go(address, "keep");
    asking?.abort();
    asking = null;
    main.removeAttribute("aria-busy");
    note(address, "keep");
    show(seen.html);
    scrollTo(0, seen.down);
  });

  // --- typing ------------------------------------------------------------------------------------

  const addressOf = (given) => {
    const query = new URLSearchParams([...given].filter(([, value]) => value !== ""));
    return `/?${query}`;
  };

  function question() {
    const given = new FormData(form);
    given.set("q", box.value.trim());
    return addressOf(given);
  }

  /** Make room for results at once: what moves later than the key surprises. */
  function begin() {
    if (!isSearchPage || document.body.className !== "start") return;
    document.body.className = "inner";
    main.replaceChildren();
  }

  function typed() {
    clearTimeout(timer);
    if (!box.value.trim()) {
      if (!main.firstChild && kept.has(here)) show(kept.get(here).html);
      return close();
    }
    begin();
    timer = setTimeout(() => {
      suggest();
      if (!isSearchPage || question() === (asked ?? here)) return;
      const goesOn = Date.now() - burst < BURST_MS;
      burst = Date.now();
      go(question(), goesOn ? "replace" : "push");
    }, TYPING_MS);
  }

  // while pinyin is composed, the box holds letters that nobody means
  box.addEventListener("input", (event) => event.isComposing || typed());
  box.addEventListener("compositionend", typed);

  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    close();
    if (!isSearchPage || !box.value.trim()) return;
    event.preventDefault();
    const goesOn = Date.now() - burst < BURST_MS;
    burst = 0; // what is typed next is another question
    if (question() !== here || asked) go(question(), goesOn ? "replace" : "push");
  });

  // --- links and filters -------------------------------------------------------------------------

  main.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='/?']");
    const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!link || !plain || !isSearchPage || event.defaultPrevented) return;
    event.preventDefault();
    const address = link.getAttribute("href");
    box.value = new URLSearchParams(address.slice(2)).get("q") ?? "";
    const turns = link.closest(".turner") !== null;
    go(address, "push").then(() => {
      if (!turns) return;
      scrollTo(0, 0);
      main.focus({ preventScroll: true });
    });
  });

  main.addEventListener("submit", (event) => {
    if (!isSearchPage) return;
    event.preventDefault();
    event.target.closest("details").open = false;
    go(addressOf(new FormData(event.target)), "push");
  });

  addEventListener("click", (event) => {
    for (const tool of main.querySelectorAll(".tool[open]")) {
      if (!tool.contains(event.target)) tool.open = false;
    }
    if (!form.contains(event.target)) close();
  });

  main.addEventListener(
    "error",
    (event) => event.target.closest(".preview")?.classList.add("gone"),
    true,
  );

  // --- suggestions -------------------------------------------------------------------------------

  const list = document.createElement("ul");
  list.id = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.suggestions);
  form.append(list);
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");

  let suggesting = null;
  let again = 0;
  let typedText = "";
  let chosen = -1;

  async function suggest() {
    clearTimeout(again);
    suggesting?.abort();
    const mine = new AbortController();
    suggesting = mine;
    const q = box.value.trim();
    try {
      const asking = new URLSearchParams({ q: q.slice(0, 200), limit: SUGGESTIONS });
      const response = await fetch(`/v1/suggest?${asking}`, { signal: mine.signal });
      const found = response.ok ? await response.json() : { suggestions: [], complete: true };
      if (mine !== suggesting || document.activeElement !== box || q !== box.value.trim()) return;
      open(found.suggestions);
      // the server has only just begun to read what there is to suggest
      if (!found.complete && list.hidden) again = setTimeout(suggest, LATER_MS);
    } catch {
      if (mine === suggesting) close(); // suggestions are a help, no more
    }
  }

  function open(found) {
    const others = found.filter((each) => each.text !== box.value.trim());
    typedText = box.value;
    chosen = -1;
    list.replaceChildren(...others.map(item));
    list.hidden = others.length === 0;
    box.setAttribute("aria-expanded", String(!list.hidden));
    box.removeAttribute("aria-activedescendant");
  }

  function item(found, index) {
    const shown = document.createElement("li");
    shown.id = `suggestion-${index}`;
    shown.setAttribute("role", "option");
    shown.setAttribute("aria-selected", "false");
    shown.dataset.text = found.text;
    const [start, end] = found.match[0] ?? [0, 0];
    const characters = [...found.text]; // ranges count code points
    const typed = document.createElement("b");
    typed.textContent = characters.slice(start, end).join("");
    const text = document.createElement("bdi");
    text.append(characters.slice(0, start).join(""), typed, characters.slice(end).join(""));
    shown.append(text);
    return shown;
  }

  function close() {
    clearTimeout(again);
    suggesting?.abort();
    suggesting = null;
    list.hidden = true;
    chosen = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function choose(index) {
    const items = [...list.children];
    chosen = ((index + 1 + items.length + 1) % (items.length + 1)) - 1;
    items.forEach((each, at) => each.setAttribute("aria-selected", String(at === chosen)));
    box.value = chosen < 0 ? typedText : items[chosen].dataset.text;
    if (chosen < 0) box.removeAttribute("aria-activedescendant");
    else box.setAttribute("aria-activedescendant", items[chosen].id);
  }

  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => {
    const picked = event.target.closest("li");
    if (!picked) return;
    box.value = picked.dataset.text;
    form.requestSubmit();
  });
  box.addEventListener("blur", close);

  // --- keys --------------------------------------------------------------------------------------

  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const { key } = event;
    if (key === "Escape") {
      event.preventDefault();
      if (list.hidden) box.blur();
      else {
        box.value = chosen < 0 ? box.value : typedText;
        close();
      }
    } else if (!list.hidden && (key === "ArrowDown" || key === "ArrowUp")) {
      event.preventDefault();
      choose(chosen + (key === "ArrowDown" ? 1 : -1));
    } else if (key === "ArrowDown") {
      titles()[0]?.focus();
      event.preventDefault();
    }
  });

  const titles = () => [...main.querySelectorAll(".hits h2 a")];

  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const writing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !writing) {
      event.preventDefault();
      box.focus();
      box.select();
    } else if (event.key === "Escape") {
      const tool = main.querySelector(".tool[open]");
      if (!tool) return;
      tool.open = false;
      tool.querySelector("summary").focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const all = titles();
      const at = all.indexOf(event.target);
      if (at < 0) return; // elsewhere the arrows scroll
      event.preventDefault();
      const next = event.key === "ArrowDown" ? Math.min(at + 1, all.length - 1) : at - 1;
      (all[next] ?? box).focus();
    }
  });
})();

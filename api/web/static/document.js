// Turns pages without a reload, also with the arrow keys. Without it, every page is a link.
"use strict";

(() => {
  const PARTS = ["view", "text-part"];
  const LINKS = "#view .turn [rel], #view .strip a";

  let asking = null; // what stops the request under way

  /** Put that page in the place of the one that is shown; where that fails, go there. */
  async function show(address) {
    asking?.abort();
    const mine = (asking = new AbortController());
    try {
      const response = await fetch(address, { headers: { accept: "text/html" }, signal: mine.signal });
      const found = new DOMParser().parseFromString(await response.text(), "text/html");
      const parts = PARTS.map((id) => [document.getElementById(id), found.getElementById(id)]);
      if (mine !== asking) return;
      if (!parts.every(([, part]) => part)) throw new Error("no page");
      const focused = document.activeElement?.id;
      for (const [before, part] of parts) before.replaceWith(part);
      document.getElementById(focused)?.focus({ preventScroll: true });
      document.getElementById("news").textContent = document.querySelector(".sheet img").alt;
      centre();
    } catch {
      if (mine === asking) location.reload(); // the address is that of the page already
    }
  }

  function turn(event, link) {
    event.preventDefault();
    history.pushState(null, "", link.href);
    show(link.href);
  }

  /** Bring the page that is shown into the middle of the strip. */
  function centre() {
    const strip = document.querySelector("#view .strip");
    const current = strip?.querySelector("[aria-current]");
    if (current) strip.scrollLeft = current.offsetLeft - (strip.clientWidth - current.clientWidth) / 2;
  }

  addEventListener("click", (event) => {
    const link = event.target.closest(LINKS);
    const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (link && !elsewhere) turn(event, link);
  });

  addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (event.target.closest("input, textarea, select")) return;
    const step = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
    const link = step && document.querySelector(`#view .turn [rel=${step}]`);
    if (link) turn(event, link);
  });

  // before the script of the search box, which would load the whole page
  const back = (event) => {
    if (!document.getElementById("view")) return;
    event.stopImmediatePropagation();
    show(location.href);
  };
  addEventListener("popstate", back, { capture: true });

  centre();
})();

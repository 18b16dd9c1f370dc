"""How heavy is the search page, how soon is it there, and does it stand still?

    python -m benchmarks.page LIBRARY

Starts `wenhai serve` as a process of its own, and looks at its pages with Chromium.
"""

import argparse
import statistics
import time
from pathlib import Path

from playwright.sync_api import Browser, Page

from benchmarks.browser import chromium
from benchmarks.services import Wenhai, running
from benchmarks.start import QUERIES

_ROUNDS = 7
_KEY_MS = 60
_SETTLED_MS = 1500

_BYTES = """() => [...performance.getEntriesByType("navigation"),
    ...performance.getEntriesByType("resource")].map(each => [each.name, each.transferSize])"""
_FIRST_PAINT = """() => new Promise(found => new PerformanceObserver(list => {
    for (const each of list.getEntries()) {
        if (each.name === "first-contentful-paint") found(each.startTime);
    }
}).observe({type: "paint", buffered: true}))"""
_WATCH = """() => { window.moved = 0; new PerformanceObserver(list => {
    for (const each of list.getEntries()) if (!each.hadRecentInput) moved += each.value;
}).observe({type: "layout-shift", buffered: true}) }"""


def weights(page: Page, address: str) -> dict[str, int]:
    """Return the bytes that went over the network for a page, by kind."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    found = {"page": 0, "thumbnails": 0}
    for name, size in page.evaluate(_BYTES):
        found["thumbnails" if ".png" in name else "page"] += size
    return found


def first_paint_ms(browser: Browser, address: str) -> float:
    """Return when the first text or picture is there, for a browser that has nothing kept."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    painted = float(page.evaluate(_FIRST_PAINT))
    context.close()
    return painted


def shift_while_typing(page: Page) -> float:
    """Return the cumulative layout shift while five questions are typed and answered."""
    page.goto("/")
    page.evaluate(_WATCH)
    box = page.locator(".ask input[type=search]")
    for question in QUERIES:
        box.fill("")
        box.press_sequentially(question, delay=_KEY_MS)
        page.wait_for_timeout(_SETTLED_MS)
    return float(page.evaluate("moved"))


def wait_ms(page: Page, question: str) -> float:
    """Return the time from the last letter to the results, the pause for typing included."""
    page.goto("/")
    started = time.perf_counter()
    page.locator(".ask input[type=search]").fill(question)
    page.locator(".hits, .notice").first.wait_for()
    return (time.perf_counter() - started) * 1000


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", type=Path)
    chosen = parser.parse_args()
    with running(Wenhai(chosen.library), QUERIES[0]) as server, chromium() as browser:
        base = str(server.client.base_url)
        context = browser.new_context(base_url=base)
        page = context.new_page()
        for name, address in [("start", "/"), ("results", f"/?q={QUERIES[2]}")]:
            found = weights(browser.new_context(base_url=base).new_page(), address)
            print(f"{name}: {found['page'] / 1000:.1f} kB compressed, thumbnails", end=" ")
            print(f"{found['thumbnails'] / 1000:.1f} kB more")
        for name, path in [("start", ""), ("results", f"?q={QUERIES[0]}")]:
            painted = [first_paint_ms(browser, f"{base}{path}") for _ in range(_ROUNDS)]
            print(f"{name}: first contentful paint {statistics.median(painted):.0f} ms", end=" ")
            print(f"(the slowest of {_ROUNDS}: {max(painted):.0f})")
        waits = [wait_ms(page, f"{question} 是什么") for question in QUERIES]
        print(f"results {statistics.median(waits):.0f} ms after the last letter")
        print(f"cumulative layout shift while typing: {shift_while_typing(page):.4f}")


if __name__ == "__main__":
    main()

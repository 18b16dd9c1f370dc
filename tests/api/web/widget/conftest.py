"""A site of another origin with a strict policy, and a server that it may ask."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, Route

from api.access.access import Access
from api.app import create_app
from search.engine import Engine

WATCHING = """
window.violations = []; window.shift = 0; window.told = [];
document.addEventListener("securitypolicyviolation", (e) => violations.push(e.violatedDirective));
for (const name of ["wenhai-load", "wenhai-error"])
  document.addEventListener(name, (e) => told.push([name, e.detail]));
new PerformanceObserver((list) => list.getEntries().forEach((e) => (shift += e.value)))
  .observe({ type: "layout-shift", buffered: true });
"""
SECONDS = 5

Serve = Callable[[FastAPI], AbstractContextManager[str]]


class Site:
    """A site of another origin; what it shows is set by each test."""

    def __init__(self) -> None:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                is_style = self.path.endswith(".css")
                kind, content = ("css", site.style) if is_style else ("html", site.html)
                self.send_response(200)
                self.send_header("content-type", f"text/{kind}; charset=utf-8")
                self.send_header("content-security-policy", site.policy)
                self.end_headers()
                self.wfile.write(content.encode())

            def log_message(self, *_: Any) -> None:
                pass

        self._running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self._running.server_port}"
        self.server = self.policy = self.html = self.style = ""
        threading.Thread(target=self._running.serve_forever, daemon=True).start()

    def shows(self, body: str, lang: str = "zh-Hans") -> str:
        """Return the address of a page with that in it, and the widget's script."""
        self.policy = (
            f"default-src 'none'; script-src {self.server}; connect-src {self.server}; "
            "form-action 'none'; base-uri 'none'; require-trusted-types-for 'script'"
        )
        script = f'<script src="{self.server}/widget.js" defer></script>'
        self.html = (
            f'<!doctype html><html lang="{lang}"><meta name="color-scheme" content="light dark">'
            f"<title>site</title>{script}<main><h1>Site</h1>{body}<p>below</p></main></html>"
        )
        return self.origin

    def close(self) -> None:
        self._running.shutdown()
        self._running.server_close()


@pytest.fixture(scope="module")
def site(engine: Engine, serve: Serve) -> Iterator[Site]:
    """Return a site that a server shares its answers with."""
    site = Site()
    with serve(create_app(engine, Access(origins=(site.origin,)))) as site.server:
        yield site
    site.close()


@pytest.fixture
def kept_site(engine: Engine, serve: Serve) -> Iterator[Site]:
    """Return a site whose server lets nobody read without a key."""
    site = Site()
    access = Access(origins=(site.origin,), reading="key")
    with serve(create_app(engine, access)) as site.server:
        yield site
    site.close()


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="zh-CN")
    context.set_default_timeout(SECONDS * 1000)
    context.add_init_script(WATCHING)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Return a page on which nothing may fail: no script, no policy."""
    page = context.new_page()
    failed: list[str] = []
    page.on("pageerror", lambda error: failed.append(str(error)))
    yield page
    assert failed == []
    assert page.evaluate("window.violations") in ([], None)
    page.close()


Answer = Callable[..., None]
Document = dict[str, Any]


@pytest.fixture(scope="session")
def answer() -> Answer:
    """Return a function that answers for the server, which lets any page read that."""

    def answered(route: Route, body: object, delay: float = 0.0, status: int = 200) -> None:
        time.sleep(delay)
        headers = {"access-control-allow-origin": "*", "content-type": "application/json"}
        route.fulfill(status=status, headers=headers, body=json.dumps(body))

    return answered


@pytest.fixture(scope="session")
def document() -> Callable[..., Document]:
    """Return a function that makes a document as the server lists it, called by its title."""
    reason = {"label": [], "own": "", "own_page": 1, "theirs": "", "their_page": 7, "closeness": 1}
    facts = {"language": "zh", "file_type": "pdf", "page_count": 36}

    def made(title: str, **changed: Any) -> Document:
        known = {"id": title, "title": title, "url": None, "link": None, "document": facts}
        return {**known, "similarity": 1.0, "reason": reason, **changed}

    return made

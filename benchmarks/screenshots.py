"""Draws the pictures in docs/: the pages and the widgets, over the sample corpus.

    wenhai index data/corpus --library library
    python -m benchmarks.screenshots library

It takes the ports 8000 and 9000, those that docs/embed.html is written for.
"""

import argparse
import io
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx
from PIL import Image
from playwright.sync_api import Browser, Page

from benchmarks.browser import chromium

_DOCS = Path(__file__).parents[1] / "docs"
_SERVER, _SITE = "http://127.0.0.1:8000", "http://127.0.0.1:9000"
_COLOURS = 128
_A_PDF_OF_OURS = 'file_type = "pdf" AND source NOT EXISTS'


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: whose page, in what light, how large."""

    name: str
    address: str
    scheme: Literal["light", "dark"] = "light"
    size: tuple[int, int] = (1000, 760)
    locale: str = "zh-CN"


PICTURES = [
    Picture("results", f"{_SERVER}/?q=参数服务器"),
    Picture("results-dark", f"{_SERVER}/?q=how do I search my documents", "dark", locale="en-US"),
    Picture("results-phone", f"{_SERVER}/?q=怎么搜索自己的文档", size=(390, 780)),
    Picture("widget", f"{_SITE}/embed.html", size=(1000, 1240), locale="en-US"),
]


@contextmanager
def running(command: list[str], address: str) -> Iterator[None]:
    """Run a server for the length of the block, from when it answers."""
    environment = {**os.environ, "WENHAI_ORIGINS": _SITE}
    server = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        while server.poll() is None:
            try:
                httpx.get(address)
                break
            except httpx.TransportError:
                time.sleep(0.2)
        if server.poll() is not None:
            sys.exit(f"no server at {address}: is the port taken?")
        yield
    finally:
        server.terminate()
        server.wait()


def draw(browser: Browser, picture: Picture) -> None:
    """Write the picture, in few enough colours to be small."""
    width, height = picture.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=picture.scheme,
        locale=picture.locale,
        device_scale_factor=1,
    )
    page = context.new_page()
    page.goto(picture.address)
    _settle(page)
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    shot.quantize(_COLOURS, dither=Image.Dither.NONE).save(
        _DOCS / f"{picture.name}.png", optimize=True
    )
    context.close()


def _settle(page: Page) -> None:
    """Wait for pictures and widgets, those below the fold too."""
    page.mouse.wheel(0, 4000)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    page.mouse.wheel(0, -4000)
    page.wait_for_timeout(500)


def page_of_a_document(question: str) -> Picture:
    """Return the picture of the page that answers the question, marked."""
    asked: dict[str, str | int] = {"q": question, "limit": 1, "filter": _A_PDF_OF_OURS}
    hit = httpx.get(f"{_SERVER}/v1/search", params=asked).json()["hits"][0]
    passage = hit["passages"][0]
    at = f"at={passage['page']}&passage={passage['id']}&q={question}"
    return Picture("document", f"{_SERVER}/documents/{hit['id']}?{at}", size=(1000, 900))


def main() -> None:
    """Draw them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", type=Path)
    library = str(parser.parse_args().library)
    wenhai = [sys.executable, "-m", "cli", "serve", "--library", library, "--port", "8000"]
    site = [sys.executable, "-m", "http.server", "9000", "--bind", "127.0.0.1", "-d", str(_DOCS)]
    with running(wenhai, f"{_SERVER}/readyz"), running(site, _SITE), chromium() as browser:
        for picture in [*PICTURES, page_of_a_document("怎么搜索自己的文档")]:
            draw(browser, picture)
            print(_DOCS / f"{picture.name}.png")


if __name__ == "__main__":
    main()

"""The bar of indexing promises no more than it knows."""

import io
from contextlib import suppress

import pytest
from rich.console import Console

from cli import progress
from cli.progress import IndexProgress


@pytest.fixture
def shown(monkeypatch):
    console = Console(file=io.StringIO(), force_terminal=True, width=120)
    monkeypatch.setattr(progress, "console", console)
    return console.file.getvalue


def test_what_is_in_the_library_already_is_no_share_of_the_work(shown):
    with suppress(KeyboardInterrupt), IndexProgress() as bar:
        bar.start(3000, 3)
        bar.passed_over(1000)
        bar.reading("b.md")
        bar.done(500, 10)
        raise KeyboardInterrupt
    assert " 25%" in shown()


def test_a_run_that_ends_shows_all_of_it_done(shown):
    with IndexProgress() as bar:
        bar.start(3000, 1)
        bar.reading("a.md")
        bar.done(2999.5, 10)
    assert "1/1" in shown()
    assert "100%" in shown()

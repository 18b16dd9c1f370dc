"""How alike are copies, how alike are documents that are none, and what does it cost to know?

    python -m benchmarks.copies

Copies are made of the slides and of the chapters of a book in ../shared: 3 % of the words changed,
in traditional characters, without one of the pages. The others are real: of each set, the pairs
that resemble one another most. Copies stand above `NEAR` in store/catalogue/copies.py, the others
below.
"""

import random
import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import rjieba
from opencc import OpenCC

from benchmarks.peers_sets import ROOT, judged_sets
from core.errors import UnreadableFile
from core.types import SourceDocument
from indexer.readers import read
from indexer.readers.files import document_id
from store.catalogue.copies import ENOUGH_TO_TELL, NEAR
from text.folding import fold
from text.sketches import Sketch, resemblance, sketch

SHARED = ROOT.parent / "shared"
_CHANGED = 0.03
_PAIRS_SHOWN = 3
_TYPES = (".pdf", ".md", ".txt")

Pages = list[str]
Documents = dict[str, Pages]


def edited(pages: Pages) -> Pages:
    """Return the pages with 3 % of the words changed for others of the same document."""
    chance = random.Random(0)
    cut = [[word for word, _, _ in rjieba.tokenize(page, "default", False)] for page in pages]
    words = [word for page in cut for word in page if re.match(r"\w", word)]
    return ["".join(_changed(word, words, chance) for word in page) for page in cut]


def _changed(word: str, words: list[str], chance: random.Random) -> str:
    change = re.match(r"\w", word) and chance.random() < _CHANGED
    return chance.choice(words) if change else word


def traditional(pages: Pages) -> Pages:
    """Return the pages in traditional characters."""
    convert: Callable[[str], str] = OpenCC("s2t").convert
    return [convert(page) for page in pages]


def shortened(pages: Pages) -> Pages:
    """Return the pages without one in the middle."""
    return [page for at, page in enumerate(pages) if at != len(pages) // 2]


def sketched(pages: Pages) -> Sketch:
    """Return the sketch of the document."""
    return sketch(map(fold, pages))


def documents_under(folder: Path) -> Documents:
    """Return the documents of the files under a folder, those of result pages by their titles."""
    found: Documents = {}
    for path in sorted(each for each in folder.rglob("*") if each.suffix in _TYPES):
        with suppress(UnreadableFile):  # a list of references, say, that holds no text
            for each in read(path):
                if isinstance(each, SourceDocument):
                    own = each.id == document_id(path)
                    name = str(path.relative_to(folder)) if own else each.metadata.title
                    found[name] = [page.text for page in each.pages]
    return found


def report_copies(name: str, documents: list[Pages], copied: Callable[[Pages], Pages]) -> None:
    """Print how much copies made in that way resemble their originals."""
    pairs = [(sketched(pages), sketched(copied(pages))) for pages in documents]
    likenesses = [
        resemblance(original.minima, copy.minima[None])[0]
        for original, copy in pairs
        if original.shingles >= ENOUGH_TO_TELL
    ]
    least, first, middle = np.quantile(likenesses, [0, 0.01, 0.5])
    missed = np.mean(np.array(likenesses) < NEAR)
    print(
        f"copies, {name:<12}{len(likenesses):>6}  least {least:.2f}  1 % under {first:.2f}  "
        f"median {middle:.2f}  missed {missed:.1%}"
    )


def report_others(name: str, documents: Documents) -> None:
    """Print the pairs of different documents that are most alike."""
    sketches = {key: sketched(pages) for key, pages in documents.items()}
    told = {key: each.minima for key, each in sketches.items() if each.shingles >= ENOUGH_TO_TELL}
    keys, minima = list(told), np.stack(list(told.values()))
    pairs = [
        (float(likeness), keys[at], other)
        for at in range(len(keys) - 1)
        for other, likeness in zip(
            keys[at + 1 :], resemblance(minima[at], minima[at + 1 :]), strict=True
        )
    ]
    print(f"others, {name}: {len(told)} documents")
    for likeness, one, other in sorted(pairs, reverse=True)[:_PAIRS_SHOWN]:
        print(f"    {likeness:.2f}  {one[:48]} ~ {other[:48]}")


def main() -> None:
    """Print the tables."""
    slides, book = documents_under(SHARED / "library"), documents_under(SHARED / "books")
    both = [*slides.values(), *book.values()]
    started = time.perf_counter()
    for pages in both:
        sketched(pages)
    spent = time.perf_counter() - started
    count = sum(len(page) for pages in both for page in pages)
    print(f"{count / 1e6:.1f} million characters sketched in {spent:.1f} s")
    report_copies("3 % edited", both, edited)
    report_copies("traditional", both, traditional)
    report_copies("a page less", list(slides.values()), shortened)
    report_others("slides", slides)
    report_others("chapters of a book in two languages", book)
    report_others("result pages", documents_under(SHARED / "seeds"))
    for judged in judged_sets():
        documents = judged.documents.documents
        texts = {each.id: [page.text for page in each.pages] for each in documents}
        report_others(judged.name, texts)


if __name__ == "__main__":
    main()

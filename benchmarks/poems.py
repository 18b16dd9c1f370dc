"""The poems of Tang and Song as catalogues: 310,000 documents in traditional Chinese.

They come with the npm package chinese-poetry (MIT), in `dist/quantangshi`.
"""

import json
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from typing import Any

PER_CATALOGUE = 1000
_SOURCES = {"tang": "全唐詩", "song": "全宋詩"}


def write_catalogues(package: Path, folder: Path, documents: int | None) -> int:
    """Write so many of the poems, or all, into catalogues in the folder; return how many."""
    folder.mkdir(parents=True, exist_ok=True)
    chosen = islice(_poems(package / "dist" / "quantangshi"), documents)
    written = 0
    for number in count():
        lines = [json.dumps(each, ensure_ascii=False) for each in islice(chosen, PER_CATALOGUE)]
        if not lines:
            return written
        text = "\n".join([*lines, ""])
        (folder / f"poems-{number:04}.jsonl").write_text(text, encoding="utf-8")
        written += len(lines)
    return written


def _poems(folder: Path) -> Iterator[dict[str, Any]]:
    for dynasty, source in _SOURCES.items():
        for file in sorted(folder.glob(f"poet.{dynasty}.*.json"), key=_first_number):
            for poem in json.loads(file.read_text(encoding="utf-8")):
                yield {
                    "id": poem["id"],
                    "title": poem["title"] or poem["author"],
                    "authors": [poem["author"]],
                    "language": "zh",
                    "source": source,
                    "text": "\n".join(poem["paragraphs"]),
                }


def _first_number(file: Path) -> int:
    return int(file.name.split(".")[2])

"""The judged sets on which engines are compared, and the rows in which other engines get them."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core.types import SourceDocument
from evaluation.datasets import Collection, Dataset
from evaluation.readers.choice import read_dataset
from indexer.parts import part_of
from indexer.readers import read
from indexer.scan import FoundFile, scan
from store.catalogue.parts import Part

ROOT = Path(__file__).parents[1]
EVAL = ROOT.parent / "shared" / "eval"
SAMPLE = ROOT / "data"
_ELSEWHERE = {"cmrc": EVAL / "cmrc2018" / "dev.json", "d2l": EVAL / "d2l"}


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """A judged set, by the name that the table has for it, and its documents."""

    name: str
    dataset: Dataset
    documents: Collection

    def beginning(self, count: int | None) -> "JudgedSet":
        """Return the first so many documents, None for all, and the queries that they answer."""
        documents = self.documents.documents[:count]
        ids = {each.id for each in documents}
        judgements = [each for each in self.dataset.judgements if each.document in ids]
        answered = {each.query for each in judgements if each.grade > 0}
        queries = {id_: each for id_, each in self.dataset.queries.items() if id_ in answered}
        return JudgedSet(
            self.name,
            replace(self.dataset, queries=queries, judgements=judgements, collection=None),
            replace(self.documents, documents=documents),
        )


def judged_sets() -> Iterator[JudgedSet]:
    """Return the sets that are on this machine."""
    for name, path in _ELSEWHERE.items():
        dataset = read_dataset(path) if path.exists() else None
        if dataset is not None and dataset.collection is not None:
            yield JudgedSet(name, dataset, dataset.collection)
    yield JudgedSet("sample", read_dataset(SAMPLE / "judgements"), _sample_documents())


def _sample_documents() -> Collection:
    files = [each.path for each in scan([SAMPLE / "corpus"]) if isinstance(each, FoundFile)]
    documents = [each for path in files for each in read(path) if isinstance(each, SourceDocument)]
    return Collection(SAMPLE / "corpus" / "catalogue.jsonl", documents)


def whole(part: Part) -> list[str]:
    """Return the document as one text that begins with its title."""
    source = part.document
    return ["\n".join([source.metadata.title, *(page.text for page in source.pages)]).strip()]


def passages(part: Part) -> list[str]:
    """Return the passages that Wenhai cuts; the title is one of them."""
    return [each.text for each in part.passages]


CUTS: Mapping[str, Callable[[Part], Iterable[str]]] = {"documents": whole, "passages": passages}


def write_rows(folder: Path, judged: JudgedSet, cut: str) -> None:
    """Write `corpus.jsonl` and `queries.jsonl` as BEIR has them; a document's rows share its id."""
    rows = (
        {"_id": part.document.id, "text": text, "language": part.language}
        for part in map(part_of, judged.documents.documents)
        for text in CUTS[cut](part)
    )
    queries = ({"_id": id_, "text": each.text} for id_, each in judged.dataset.queries.items())
    folder.mkdir(parents=True, exist_ok=True)
    _write_lines(folder / "corpus.jsonl", rows)
    _write_lines(folder / "queries.jsonl", queries)


def _write_lines(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    written = (f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
    path.write_text("".join(written), encoding="utf-8")

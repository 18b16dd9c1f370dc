"""Judged neighbours: a TREC file whose queries are documents, `seed 0 document grade`."""

from dataclasses import dataclass
from pathlib import Path

from core.errors import InvalidDataset
from evaluation.datasets import Judgement, each_once
from evaluation.readers.qrels import read_trec


@dataclass(frozen=True, slots=True)
class JudgedNeighbours:
    """Which documents are worth recommending beside which; a grade of 0 is not, 1 and more is."""

    name: str
    judgements: tuple[Judgement, ...]

    @property
    def grades(self) -> dict[str, dict[str, int]]:
        """The grade of each judged document, by seed; seeds without any neighbour left out."""
        grades: dict[str, dict[str, int]] = {}
        for each in self.judgements:
            grades.setdefault(each.query, {})[each.document] = each.grade
        return {seed: found for seed, found in grades.items() if max(found.values()) > 0}


def read_neighbours(path: Path) -> JudgedNeighbours:
    """Return the judged neighbours; InvalidDataset names the line of a defect."""
    if not path.is_file():
        raise InvalidDataset(
            f"{path} holds no judged neighbours: give a file with `seed 0 document grade` a line, "
            "where seeds are documents, too"
        )
    judgements = tuple(each_once(list(read_trec(path))))
    for each in judgements:
        if each.query == each.document:
            raise InvalidDataset(
                f'{each.where}: "{each.query}" is judged beside itself: take it out'
            )
        if each.page is not None:
            raise InvalidDataset(f"{each.where}: a page is judged: give whole documents")
    found = JudgedNeighbours(path.stem, judgements)
    if not found.grades:
        raise InvalidDataset(
            f"{path}: no judgement says that a document is a neighbour: grade one 1"
        )
    return found

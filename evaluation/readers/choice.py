"""Which format is a judged set in?"""

from pathlib import Path

from core.errors import InvalidDataset, InvalidSetting
from evaluation.datasets import Dataset
from evaluation.readers.beir import CORPUS, read_beir
from evaluation.readers.squad import read_squad
from evaluation.readers.trec import is_trec, read_trec_folder


def read_dataset(path: Path, split: str | None = None) -> Dataset:
    """Return the judged set in that file or folder; InvalidDataset if it is none, or broken."""
    if not path.exists():
        raise InvalidDataset(f"no such file or folder: {path}")
    if (path / CORPUS).exists():
        return read_beir(path, split)
    if split is not None:
        raise InvalidSetting(f'--split is "{split}": leave it out, {path} is no BEIR folder')
    if path.is_file():
        return read_squad(path)
    if is_trec(path):
        return read_trec_folder(path)
    raise InvalidDataset(
        f"{path} is no judged set: give a folder with corpus.jsonl, queries.jsonl and qrels/*.tsv, "
        "one with queries.jsonl and qrels.trec, or a JSON file of questions as SQuAD's"
    )

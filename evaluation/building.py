"""The documents of a judged set become a library, the way that every library is made."""

from pathlib import Path

from core.errors import InvalidDataset, InvalidSetting
from evaluation.datasets import Collection
from indexer.build import LibraryBuilder, Progress
from indexer.reading.pieces import digest_of
from indexer.scan import absolute
from models.encoder import Encoder
from store.writer import LibraryWriter

_MARK = "made-by-evaluate.txt"
_MARKED = "`wenhai evaluate` made this library and replaces what is in it.\n"


def build(collection: Collection, root: Path, encoder: Encoder, progress: Progress) -> None:
    """Make the library in that folder hold the documents of the set, and no others.

    What is there already stays. InvalidSetting if the folder holds somebody's own documents.
    """
    source = absolute(collection.source)
    with LibraryWriter(root, encoder.card) as writer:
        files = writer.catalogue.files()
        others = [path for path in files if path != str(source)]
        if others and writer.catalogue.file_digest(others[0]) == digest_of(source):
            return  # the set was moved to another place
        if others and not (root / _MARK).exists():
            raise InvalidSetting(
                f"{root} is a library of other documents, {others[0]} among them: "
                "name another folder with --library"
            )
        with writer.turn() as turn:
            for path in others:
                turn.changes.remove_file(files[path])
        if not files:
            (root / _MARK).write_text(_MARKED)
        builder = LibraryBuilder(writer, encoder, progress, lambda _: iter(collection.documents))
        report = builder.index([source])
    if report.problems:
        first = report.problems[0]
        raise InvalidDataset(f"{first.where}: {first.reason}")

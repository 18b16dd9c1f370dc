"""What does an item of a task lead to, as the library is now?"""

from collections.abc import Mapping
from dataclasses import dataclass

from indexer.readers.fields import WrongValueError
from indexer.tasks.incoming import changed_part, checked_id, parsed, stated_part
from store.catalogue.parts import API_FILE, Part
from store.catalogue.reading import Catalogue
from store.tasks.progress import WaitingItem

_PLACEHOLDER = "-"


class ItemRefused(Exception):
    """Why an item cannot be done: its result, and never the batch's."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Planned:
    """An item with the part that it leads to, or with the reason why it cannot be done."""

    item: WaitingItem
    part: Part | None = None
    refusal: ItemRefused | None = None


def planned(item: WaitingItem, catalogue: Catalogue) -> Planned:
    """Return what the item leads to as the library is now."""
    if item.action == "upload":
        return Planned(item)
    try:
        if item.first_place is not None:
            raise ItemRefused(
                "duplicate_id",
                f"id {item.document!r} is already in item {item.first_place}: send each once",
            )
        if item.action == "delete":
            return Planned(item)
        return Planned(item, _part(item, catalogue))
    except ItemRefused as refusal:
        return Planned(item, refusal=refusal)
    except WrongValueError as error:
        return Planned(item, refusal=ItemRefused("invalid_document", str(error)))


def _part(item: WaitingItem, catalogue: Catalogue) -> Part:
    record = parsed(item.payload or "")
    document_id = item.document
    if document_id is None:
        document_id = record.get("id") if isinstance(record, Mapping) else _PLACEHOLDER
    document_id = checked_id(document_id)
    if item.action == "put":
        return stated_part(record, document_id)
    sources = catalogue.sources(document_id)
    if not sources:
        raise ItemRefused("document_not_found", "no document of that id is here")
    own = catalogue.stated_part(API_FILE, document_id)
    return changed_part(record, document_id, own, needs_title=sources.keys() == {API_FILE})

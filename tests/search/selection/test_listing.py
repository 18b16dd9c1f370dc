"""Lists go on where a page ended, whatever came and went meanwhile."""

import pytest

from core.errors import InvalidQuery
from core.types import Metadata, SourceDocument
from indexer.parts import part_of
from search.engine import Engine
from search.selection.listing import ListPage, ListRequest
from store.writer import LibraryWriter

TITLE = "notes"


class Shelf:
    """A library of documents that have nothing but facts."""

    def __init__(self, root, encoder) -> None:
        self.root, self._encoder = root, encoder
        self._vectors = dict(zip([TITLE], encoder.encode_passages([TITLE]), strict=True))

    def add(self, **documents: dict) -> None:
        sources = [SourceDocument(i, Metadata(TITLE, **each)) for i, each in documents.items()]
        with LibraryWriter(self.root, self._encoder.card) as writer, writer.turn() as turn:
            turn.add("all", "all", [part_of(each) for each in sources], self._vectors)

    def remove(self, *ids: str) -> None:
        with LibraryWriter(self.root, self._encoder.card) as writer, writer.turn() as turn:
            for each in ids:
                turn.changes.remove_document(each)

    def engine(self) -> Engine:
        return Engine(self.root, self._encoder)

    def page(self, sort: str = "", limit: int = 2, cursor: str | None = None, **more) -> ListPage:
        request = ListRequest(sort=(sort,) if sort else (), limit=limit, cursor=cursor, **more)
        return self.engine().documents(request)


@pytest.fixture
def shelf(tmp_path, encoder) -> Shelf:
    found = Shelf(tmp_path / "library", encoder)
    found.add(
        **{name: {"page_count": count} for name, count in zip("abcd", (3, 1, 4, 2), strict=True)}
    )
    return found


def ids(page: ListPage) -> str:
    return "".join(each.id for each in page.documents)


def test_without_an_order_documents_come_as_they_were_added(shelf):
    first = shelf.page()
    assert (ids(first), first.total) == ("ab", 4)
    last = shelf.page(cursor=first.cursor)
    assert (ids(last), last.cursor) == ("cd", None)


@pytest.mark.parametrize(
    ("sort", "first", "second"),
    [("page_count", "bd", "ac"), ("page_count:desc", "ca", "db"), ("id:desc", "dc", "ba")],
)
def test_documents_are_listed_in_order(shelf, sort, first, second):
    page = shelf.page(sort)
    assert ids(page) == first
    assert ids(shelf.page(sort, cursor=page.cursor)) == second


def test_a_page_goes_on_behind_a_document_that_is_gone(shelf):
    cursor = shelf.page("page_count").cursor
    shelf.remove("d", "b")
    assert ids(shelf.page("page_count", cursor=cursor)) == "ac"


def test_a_page_goes_on_behind_a_text_that_no_document_has_any_more(shelf):
    cursor = shelf.page("id").cursor
    shelf.remove("b")
    shelf.add(bb={}, a1={})
    assert ids(shelf.page("id", limit=4, cursor=cursor)) == ("bb" + "cd")


def test_what_comes_before_a_page_moves_nothing_and_what_comes_behind_is_shown(shelf):
    cursor = shelf.page("page_count").cursor
    shelf.add(e={"page_count": 1}, f={"page_count": 9}, g={})
    page = shelf.page("page_count", limit=9, cursor=cursor)
    assert (ids(page), page.total) == ("acfg", 7)


def test_documents_without_the_field_come_last_either_way(shelf):
    shelf.add(e={}, f={})
    for sort, order in (("page_count", "bdacef"), ("page_count:desc", "cadbef")):
        cursor, found = None, ""
        while cursor or not found:
            page = shelf.page(sort, cursor=cursor)
            cursor, found = page.cursor, found + ids(page)
        assert found == order


def test_an_engine_filters_by_what_was_committed_since_it_filtered_last(shelf):
    engine = shelf.engine()
    assert engine.documents(ListRequest("page_count >= 3")).total == 2
    shelf.add(a={"page_count": 1}, e={"page_count": 5, "fields": {"shelf": "B 12"}})
    shelf.remove("c")
    engine.follow()
    assert ids(engine.documents(ListRequest("page_count >= 3"))) == "e"
    assert ids(engine.documents(ListRequest("shelf = 'b 12'"))) == "e"


def test_an_empty_library_has_an_empty_list(tmp_path, encoder):
    empty = Shelf(tmp_path / "library", encoder)
    empty.add()
    page = empty.page("title:desc", facets=("language",))
    assert (ids(page), page.total, page.cursor) == ("", 0, None)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"limit": 0}, "limit is 0: take a number from 1 to 100"),
        ({"sort": "pages"}, "unknown field"),
        ({"sort": "title:up"}, 'sort has "title:up"'),
        ({"cursor": "abc"}, "cursor is none that a list gave"),
    ],
)
def test_what_cannot_be_listed_is_refused(shelf, asked, message):
    with pytest.raises(InvalidQuery, match=message):
        shelf.page(**asked)

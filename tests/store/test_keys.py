"""Keys: made with a token that is kept nowhere, found by it, revoked by name."""

import pytest

from core.errors import InvalidKey, KeyNotFound
from models import Encoder
from store.keys import Key, KeyStore, digest_of
from store.layout import LibraryLayout
from store.snapshot.create import create
from store.snapshot.restore import restore
from store.writer import LibraryWriter


@pytest.fixture
def store(tmp_path, encoder: Encoder) -> KeyStore:
    with LibraryWriter(tmp_path, encoder.card):
        pass
    return KeyStore(LibraryLayout(tmp_path))


def test_a_key_is_found_by_its_token_alone(store, tmp_path):
    key = Key(
        "site", ("search",), 'tags = "public"', "papers", ("https://a.example",), "2999-01-01"
    )
    token = store.create(key)
    assert token.startswith("wk_")
    assert len(token) > 40
    assert dict(store.by_digest()) == {digest_of(token.encode()): key}
    written = b"".join(each.read_bytes() for each in tmp_path.glob("catalogue.sqlite*"))
    assert token.encode() not in written


def test_tokens_differ_and_a_name_stands_for_one_key(store):
    tokens = {store.create(Key(name, ("events",))) for name in ("a", "b", "密钥")}
    assert len(tokens) == 3
    with pytest.raises(InvalidKey, match='there is a key "a": revoke it first'):
        store.create(Key("a", ("write",)))
    assert [key.scopes for key in store.by_digest().values()] == [("events",)] * 3


def test_a_revoked_key_is_gone(store):
    store.create(Key("a", ("search",)))
    store.revoke("a")
    assert not store.by_digest()
    with pytest.raises(KeyNotFound, match='no key "a" here'):
        store.revoke("a")


@pytest.mark.parametrize(
    ("day", "over"), [("2020-01-01", True), ("2999-01-01", False), (None, False)]
)
def test_a_key_counts_until_its_day(day, over):
    assert Key("a", ("search",), expires=day).is_expired == over


class Quiet:
    """Takes what is told, and says nothing."""

    def start(self, total: int) -> None:
        """Take it."""

    def done(self, count: int) -> None:
        """Take it."""


def test_keys_are_in_snapshots(store, tmp_path):
    store.create(Key("a", ("search",)))
    create(tmp_path, tmp_path / "all.tar", Quiet())
    restore(tmp_path / "all.tar", tmp_path / "again", Quiet())
    assert KeyStore(LibraryLayout(tmp_path / "again")).by_digest() == store.by_digest()

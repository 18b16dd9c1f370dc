"""`wenhai keys`: made, shown without their tokens, revoked, and refused with a reason."""

import json

import pytest

from store.keys import KeyStore, digest_of
from store.layout import LibraryLayout
from store.writer import LibraryWriter


@pytest.fixture
def library(encoder, tmp_path):
    root = tmp_path / "library"
    with LibraryWriter(root, encoder.card):
        pass
    return root


def test_a_key_is_made_listed_and_revoked(wenhai, library):
    options = ("--origin", "https://a.example/", "--expires", "2999-01-31")
    made = wenhai("keys", "create", "site", "--library", str(library), *options)
    token = made.stdout.strip()
    assert "WENHAI_ORIGINS" in made.stderr
    (key,) = KeyStore(LibraryLayout(library)).by_digest().items()
    assert key[0] == digest_of(token.encode())
    assert (key[1].scopes, key[1].origins) == (("search",), ("https://a.example",))
    listed = wenhai("keys", "list", "--library", str(library), COLUMNS="200").stdout
    assert "https://a.example" in listed
    assert "2999-01-31" in listed
    assert token not in listed
    assert wenhai("keys", "revoke", "site", "--library", str(library)).returncode == 0
    assert wenhai("keys", "list", "--library", str(library)).stdout.strip() == "no keys"


def test_json_has_all_that_a_program_needs(wenhai, library):
    options = ("--scope", "search", "--scope", "events", "--filter", "tags = public", "--json")
    made = json.loads(wenhai("keys", "create", "k", "--library", str(library), *options).stdout)
    assert made["token"].startswith("wk_")
    listed = json.loads(wenhai("keys", "list", "--library", str(library), "--json").stdout)
    (shown,) = listed["keys"]
    assert shown == {name: made[name] for name in made if name != "token"} | {"expired": False}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--scope", "serch"], '--scope is "serch": take search, events, write'),
        (["--scope", "write", "--filter", "tags = a"], "a key that may write sees all"),
        (["--filter", "tag = a"], 'unknown field "tag": did you mean "tags"?'),
        (["--filter", "tags ="], "filter, column 7"),
        (["--origin", "a.example"], "--origin has 'a.example': an origin is scheme, host"),
        (["--origin", "*"], "--origin is *: leave it out"),
        (["--expires", "2020-01-01"], '--expires is "2020-01-01": give a day to come'),
        (["--expires", "soon"], '--expires is "soon"'),
        (["--collection", "papers"], "no library in"),
        (["--collection", "../x"], '"../x" is no name of a collection'),
    ],
)
def test_what_makes_no_sense_is_refused(wenhai, library, options, message):
    refused = wenhai("keys", "create", "k", "--library", str(library), *options)
    assert refused.returncode == 1
    assert message in refused.stderr
    assert not KeyStore(LibraryLayout(library)).by_digest()


def test_names_are_short_and_stand_for_one_key(wenhai, library):
    refused = wenhai("keys", "create", "a b", "--library", str(library))
    assert 'name is "a b"' in refused.stderr
    wenhai("keys", "create", "密钥", "--library", str(library))
    again = wenhai("keys", "create", "密钥", "--library", str(library))
    assert 'there is a key "密钥"' in again.stderr
    assert 'no key "b"' in wenhai("keys", "revoke", "b", "--library", str(library)).stderr

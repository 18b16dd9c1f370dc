"""What was used last is kept, and no more than so much of it."""

from core.recent import Recent


def kept(recent: Recent[str, int]) -> dict[str, int]:
    found = {key: recent.get(key) for key in ("one", "two", "three")}
    return {key: value for key, value in found.items() if value is not None}


def test_of_more_than_there_is_room_for_the_longest_unused_goes() -> None:
    recent: Recent[str, int] = Recent(2)
    recent.put("one", 1)
    recent.put("two", 2)
    assert recent.get("one") == 1
    recent.put("three", 3)
    assert kept(recent) == {"one": 1, "three": 3}


def test_what_is_put_again_has_the_new_value_and_is_the_latest() -> None:
    recent: Recent[str, int] = Recent(2)
    recent.put("one", 1)
    recent.put("two", 2)
    recent.put("one", 11)
    recent.put("three", 3)
    assert kept(recent) == {"one": 11, "three": 3}

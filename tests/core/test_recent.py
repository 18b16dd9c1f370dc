"""What was used last is kept, and no more than so much of it."""

from core.recent import Recent


def test_of_more_than_there_is_room_for_the_longest_unused_goes() -> None:
    recent: Recent[str, int] = Recent(2)
    recent.put({"one": 1, "two": 2})
    assert recent.get(["one"]) == {"one": 1}
    recent.put({"three": 3})
    assert recent.get(["one", "two", "three"]) == {"one": 1, "three": 3}


def test_what_is_put_again_has_the_new_value_and_is_the_latest() -> None:
    recent: Recent[str, int] = Recent(2)
    recent.put({"one": 1, "two": 2})
    recent.put({"one": 11})
    recent.put({"three": 3})
    assert recent.get(["one", "two", "three"]) == {"one": 11, "three": 3}

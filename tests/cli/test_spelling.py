"""A misspelt word in a terminal."""

import json


def test_search_says_what_was_meant_and_can_leave_it(wenhai, tmp_path):
    (tmp_path / "raft.md").write_text("# Raft\n\nA leader is elected by a majority of votes.\n")
    wenhai("index", "raft.md", "--library", "lib")
    corrected = wenhai("search", "leadr majorty", "--library", "lib")
    assert corrected.stdout.startswith("showing results for leader majority\n")
    left = wenhai("search", "leadr", "--no-spelling", "--json", "--library", "lib")
    assert json.loads(left.stdout)["corrected"] is None

import copy
import json
import statistics

import pytest

from core.errors import InvalidDataset
from evaluation.gate import held_against, read_baseline

VALUES = [1.0, 1.0, 0.5, 0.5, 1.0, 0.0]
PER_QUERY = {f"q{n}": {"RR@10": value} for n, value in enumerate(VALUES)}
REPORT = {
    "metrics": {"RR@10": 4 / 6},
    "directions": {"zh>en": {"RR@10": 4 / 6, "queries": 6}},
    "per_query": PER_QUERY,
    "per_query_directions": {"zh>en": PER_QUERY},
    "unanswerable": {
        "refused": 1.0,
        "false_refusals": 0.0,
        "auc": 1.0,
        "cut_off": 0.5,
        "per_query": {
            "answerable": {f"q{n}": 0.9 for n in range(6)},
            "unanswerable": {f"u{n}": 0.1 for n in range(6)},
        },
    },
}


def changed(**values):
    return {**copy.deepcopy(REPORT), **values}


def undercut(baseline, now):
    return [str(each) for each in held_against(baseline, now) if each.undercut]


def test_nothing_is_undercut_by_itself():
    assert undercut(REPORT, REPORT) == []
    assert len(list(held_against(REPORT, REPORT))) == 5


def test_a_drop_beyond_the_noise_of_the_differences_is_undercut():
    now = changed(metrics={"RR@10": 4 / 6 - 0.01})
    for values in now["per_query"].values():
        values["RR@10"] -= 0.01  # each alike: no noise but the machine's
    assert undercut(REPORT, now) == ["RR@10 overall: was 0.6667, is 0.6567, noise 0.0020"]


def test_without_single_queries_the_noise_is_that_of_the_present_values():
    baseline = {"metrics": {"RR@10": 0.8}}
    held = next(iter(held_against(baseline, REPORT)))
    assert held.noise == pytest.approx(1.645 * statistics.stdev(VALUES) / 6**0.5 + 0.002)
    assert not held.undercut


def test_a_drop_within_the_noise_of_the_differences_holds():
    now = changed(metrics={"RR@10": 4 / 6 - 0.5 / 6})
    now["per_query"]["q0"]["RR@10"] -= 0.5
    assert undercut(REPORT, now) == []


def test_false_refusals_are_undercut_by_a_rise():
    now = changed()
    now["unanswerable"]["false_refusals"] = 0.01
    assert undercut(REPORT, now) == ["false_refusals: was 0.0000, is 0.0100, noise 0.0020"]
    assert undercut(now, REPORT) == []


def test_one_query_more_that_is_answered_is_noise():
    now = changed()
    now["unanswerable"]["refused"] = 5 / 6
    now["unanswerable"]["per_query"]["unanswerable"]["u0"] = 0.6
    assert undercut(REPORT, now) == []


def test_a_value_that_is_gone_is_undercut():
    now = changed(directions={}, unanswerable={})
    assert undercut(REPORT, now)[0].startswith("RR@10 zh>en: was 0.6667, is not there: measure")
    assert len(undercut(REPORT, now)) == 4


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"metrics',
        '{"metrics": {}}',
        '{"metrics": {"RR@10": "high"}}',
        '{"metrics": {"RR@10": 0.5}, "directions": []}',
        '{"metrics": {"RR@10": 0.5}, "unanswerable": 3}',
        '{"metrics": {"RR@10": 0.5}, "per_query": {"q1": 1}}',
    ],
)
def test_what_is_no_baseline_is_refused(tmp_path, content):
    (tmp_path / "b.json").write_text(content)
    with pytest.raises(InvalidDataset, match=r"b.json: "):
        read_baseline(tmp_path / "b.json", PER_QUERY)


def test_a_baseline_is_what_was_printed(tmp_path):
    (tmp_path / "b.json").write_text(json.dumps(REPORT))
    assert undercut(read_baseline(tmp_path / "b.json", PER_QUERY), REPORT) == []


def test_a_baseline_of_other_queries_is_refused(tmp_path):
    (tmp_path / "b.json").write_text(json.dumps(REPORT))
    with pytest.raises(InvalidDataset, match=r"b.json: of other queries: name a baseline"):
        read_baseline(tmp_path / "b.json", ["another"])

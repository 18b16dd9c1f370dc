"""`wenhai suggest`: what could be asked, a line each."""

import json


def test_suggest_prints_a_line_each_and_the_answer_of_the_api_as_json(wenhai, tmp_path):
    titles = ["参数服务器", "Parameter servers", "参数调优", "参数 调优"]
    lines = [json.dumps({"id": str(n), "title": title}) for n, title in enumerate(titles)]
    (tmp_path / "titles.jsonl").write_text("\n".join(lines))
    wenhai("index", "titles.jsonl", "--library", "lib")
    assert wenhai("suggest", "canshu", "--library", "lib").stdout.splitlines() == [
        "参数调优  2 documents",
        "参数服务器",
    ]
    answer = json.loads(wenhai("suggest", "paramter", "--library", "lib", "--json").stdout)
    assert [each["text"] for each in answer["suggestions"]] == ["Parameter servers"]
    refused = wenhai("suggest", "a", "--limit", "99", "--library", "lib")
    assert refused.returncode == 1
    assert refused.stderr == "error: limit is 99: take a number from 1 to 20\n"

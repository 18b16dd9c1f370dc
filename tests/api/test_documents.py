"""Documents over HTTP: facts and passages, documents like them, and the files."""

import os
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

LISTED = quote("listed/3", safe="")


def test_a_document_comes_with_its_passages_by_page(client: httpx.Client, pdf_id: str) -> None:
    answer = client.get(f"/v1/documents/{pdf_id}").json()
    assert [passage["page"] for passage in answer["passages"]] == [1, 2, 3]
    start, end = answer["passages"][1]["char_range"]
    assert end - start == len(answer["passages"][1]["text"])
    assert answer["document"]["page_count"] == 3
    assert answer["document"]["path"] == "systems.pdf"


def test_an_id_with_a_slash_is_found_when_quoted(client: httpx.Client) -> None:
    answer = client.get(f"/v1/documents/{LISTED}").json()
    assert answer["id"] == "listed/3"
    assert answer["document"]["price"] == 5


def test_no_answer_names_a_folder_of_the_server(
    client: httpx.Client, documents: Path, pdf_id: str
) -> None:
    for path in (f"/v1/documents/{pdf_id}", "/v1/documents/nope", "/v1/search?q=hashing"):
        assert str(documents.parent) not in client.get(path).text


def test_similar_documents_come_with_the_closest_pair(client: httpx.Client) -> None:
    answer = client.get(f"/v1/documents/{LISTED}/similar", params={"limit": 2}).json()
    assert answer["id"] == "listed/3"
    assert len(answer["similar"]) == 2
    first = answer["similar"][0]
    assert first["title"].startswith("分布式缓存讲义")
    assert first["reason"]["own"]
    assert first["reason"]["theirs"]
    assert first["similarity"] > 0


def test_a_pdf_is_shown_in_the_browser(client: httpx.Client, pdf_id: str, documents: Path) -> None:
    response = client.get(f"/v1/documents/{pdf_id}/file")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["content-disposition"].startswith("inline")
    assert response.headers["accept-ranges"] == "bytes"
    assert response.content == (documents / "systems.pdf").read_bytes()


def test_markdown_is_plain_text_under_its_chinese_name(
    client: httpx.Client, markdown_id: str
) -> None:
    response = client.get(f"/v1/documents/{markdown_id}/file")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert f"filename*=utf-8''{quote('容灾.md')}" in response.headers["content-disposition"]
    assert response.headers["x-content-type-options"] == "nosniff"


def test_html_of_the_library_never_runs_scripts(client: httpx.Client, html_id: str) -> None:
    response = client.get(f"/v1/documents/{html_id}/file")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    policy = response.headers["content-security-policy"]
    assert policy.startswith("sandbox;")
    assert "allow-scripts" not in policy
    assert "script-src" not in policy


@pytest.mark.parametrize(
    ("asked", "status", "content_range"),
    [
        ("bytes=0-4", 206, "bytes 0-4/{size}"),
        ("bytes=-5", 206, "bytes {tail}-{last}/{size}"),
        ("bytes=0-1,99999999-", 206, "bytes 0-1/{size}"),
        ("bytes=99999999-", 416, "bytes */{size}"),
        ("bytes=5-2", 200, None),
        ("apples=0-4", 200, None),
    ],
)
def test_ranges_of_a_file(
    client: httpx.Client, pdf_id: str, asked: str, status: int, content_range: str | None
) -> None:
    size = int(client.head(f"/v1/documents/{pdf_id}/file").headers["content-length"])
    response = client.get(f"/v1/documents/{pdf_id}/file", headers={"range": asked})
    assert response.status_code == status
    if content_range:
        expected = content_range.format(size=size, last=size - 1, tail=size - 5)
        assert response.headers["content-range"] == expected
    if status == 416:
        assert response.json()["code"] == "range_not_satisfiable"


def test_a_range_is_sent_only_of_the_same_file(client: httpx.Client, pdf_id: str) -> None:
    path = f"/v1/documents/{pdf_id}/file"
    etag = client.head(path).headers["etag"]
    same = client.get(path, headers={"range": "bytes=0-4", "if-range": etag})
    other = client.get(path, headers={"range": "bytes=99999999-", "if-range": '"older"'})
    assert (same.status_code, same.content) == (206, b"%PDF-")
    assert other.status_code == 200


def test_an_unchanged_file_is_not_sent_again(client: httpx.Client, pdf_id: str) -> None:
    path = f"/v1/documents/{pdf_id}/file"
    etag = client.head(path).headers["etag"]
    response = client.get(path, headers={"if-none-match": etag})
    assert (response.status_code, response.content) == (304, b"")


def test_a_file_that_is_gone_says_what_to_do(client: httpx.Client, gone_id: str) -> None:
    response = client.get(f"/v1/documents/{gone_id}/file")
    assert response.status_code == 404
    assert response.json()["code"] == "file_not_available"
    assert response.json()["detail"].startswith("gone.txt is no longer where it was indexed")


def test_a_file_that_has_changed_says_what_to_do(
    client: httpx.Client, markdown_id: str, documents: Path
) -> None:
    path = documents / "容灾.md"
    before, times = path.read_bytes(), path.stat()
    path.write_bytes(before + b"more")
    try:
        response = client.get(f"/v1/documents/{markdown_id}/file")
    finally:
        path.write_bytes(before)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert response.status_code == 404
    assert "has changed since: index it again" in response.json()["detail"]


def test_a_listed_document_has_no_file(client: httpx.Client) -> None:
    response = client.get(f"/v1/documents/{LISTED}/file")
    assert response.status_code == 404
    assert response.json()["code"] == "file_not_available"

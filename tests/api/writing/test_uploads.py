"""Files sent as a form."""

import time

import pytest


def sent(client, *files, **more):
    return client.post(
        "/v1/documents/upload?wait=60s", files=[("files", each) for each in files], **more
    )


def kept(root):
    return sorted(path.name for path in (root / "uploads").rglob("*") if path.is_file())


def goes(root, name):
    """Say whether the file goes: it does so right after the commit that is told."""
    deadline = time.monotonic() + 10
    while name in kept(root) and time.monotonic() < deadline:
        time.sleep(0.01)
    return name not in kept(root)


def test_files_are_read_as_their_suffixes_say(client, items, root):
    task = sent(
        client,
        ("容灾.md", "# 容灾\n\n节点宕机以后，新节点从检查点恢复。".encode()),
        ("list.csv", b"id,title\nrow-1,One\nrow-2,Two\n"),
        ("tool.exe", b"MZ"),
        ("broken.pdf", b"%PDF-1.7 nothing"),
    ).json()
    assert (task["kind"], task["done"], task["failed"]) == ("upload", 2, 2)
    found = items(task)
    assert [each["outcome"] for each in found] == ["created", "created", None, None]
    assert found[2]["reason"].startswith("unknown file type '.exe': can read .csv")
    assert kept(root) == ["list.csv", "容灾.md"]
    document = client.get(f"/v1/documents/{found[0]['id']}").json()
    assert (document["title"], document["document"]["path"]) == ("容灾", "容灾.md")
    assert client.get("/v1/documents/row-2").json()["title"] == "Two"


def test_an_uploaded_file_can_be_opened_and_goes_with_its_document(client, items, root):
    (item,) = items(sent(client, ("owls.txt", b"Owls hunt at night.")).json())
    path = f"/v1/documents/{item['id']}"
    assert client.get(f"{path}/file").content == b"Owls hunt at night."
    assert client.delete(f"{path}?wait=60s").status_code == 200
    assert goes(root, "owls.txt")
    (again,) = items(sent(client, ("owls.txt", b"Owls hunt at night.")).json())
    assert again["outcome"] == "created"


def test_a_file_of_several_documents_goes_with_the_last_of_them(client, root):
    sent(client, ("pair.jsonl", b'{"id":"x1","title":"1"}\n{"id":"x2","title":"2"}\n'))
    client.delete("/v1/documents/x1?wait=60s")
    assert "pair.jsonl" in kept(root)
    client.put("/v1/documents/x2?wait=60s", json={"title": "Replaced"})
    assert goes(root, "pair.jsonl")


@pytest.mark.parametrize(
    "name", ["../../escaped.md", "C:\\dir\\escaped.md", "/etc/escaped.md", "..\\escaped.md"]
)
def test_no_name_leads_out_of_the_folder(client, root, name):
    before = kept(root)
    assert sent(client, (name, b"# Escaped\n\nText.")).json()["done"] == 1
    assert kept(root) == sorted([*before, "escaped.md"])


@pytest.mark.parametrize("name", ["a\nb\x07.md", "长" * 300 + ".md", ".md", "📚.md", 'q"uote.md'])
def test_strange_names_are_kept_readable(client, name):
    task = sent(client, (name, b"# Strange\n\nText.")).json()
    assert task["total"] == 1


def test_a_form_without_files_is_refused(client):
    wrong = sent(client, data={"files": "text"})
    assert wrong.status_code in (415, 422)
    other = client.post("/v1/documents/upload", files={"file": ("a.md", b"# A")})
    assert other.status_code == 422
    assert 'send each file as a part named "files"' in other.json()["detail"]
    broken = client.post(
        "/v1/documents/upload",
        content=b"nothing of the kind",
        headers={"content-type": "multipart/form-data"},
    )
    assert broken.status_code in (400, 422)


def test_the_same_form_with_its_key_is_kept_once(client, root):
    headers = {"idempotency-key": "form-1"}
    tasks = [sent(client, ("once.md", b"# Once"), headers=headers).json() for _ in range(2)]
    assert tasks[0]["id"] == tasks[1]["id"]
    assert kept(root).count("once.md") == 1

"""Documents that say the same are one hit that names the others, unless all are asked for."""

import random
import shutil
from pathlib import Path

import pytest
import rjieba
from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from core.errors import InvalidQuery
from indexer.build import LibraryBuilder, NoProgress
from indexer.readers import read
from search.asking.query import SearchRequest
from search.engine import Engine
from search.recommending.request import RecommendRequest
from search.status import library_status
from store.writer import LibraryWriter

CORPUS = Path(__file__).parents[2] / "data" / "corpus"
HANDBOOK = "文海使用手册.pdf"
SHARED = Path(__file__).parents[3] / "shared" / "library"
NAMES = [HANDBOOK, "backup.pdf", "text.md", "text.txt", "traditional.txt", "edited.txt"]
QUESTION = "怎样把文件夹里的文档编入文库"


def text_of(path: Path) -> str:
    return "\n\n".join(page.text for document in read(path) for page in document.pages)


def edited(text: str, share: float = 0.03) -> str:
    """Return the text with that share of its words changed for others of it."""
    chance = random.Random(1)
    words = [word for word, _, _ in rjieba.tokenize(text, "default", False)]
    return "".join(chance.choice(words) if chance.random() < share else word for word in words)


def index(root: Path, encoder, *paths: Path, prune: bool = False):
    with LibraryWriter(root, encoder.card) as writer:
        return LibraryBuilder(writer, encoder, NoProgress()).index(paths, prune=prune)


@pytest.fixture(scope="module")
def library(sample_library, encoder, tmp_path_factory) -> Path:
    """Return the sample corpus with five more files that say what its Chinese handbook says."""
    folder = tmp_path_factory.mktemp("copies")
    text = text_of(CORPUS / HANDBOOK)
    shutil.copy(CORPUS / HANDBOOK, folder / "backup.pdf")
    (folder / "text.md").write_text(text)
    (folder / "text.txt").write_text(text)
    (folder / "traditional.txt").write_text(OpenCC("s2t").convert(text))
    (folder / "edited.txt").write_text(edited(text))
    root = tmp_path_factory.mktemp("folded") / "library"
    shutil.copytree(sample_library, root)
    assert index(root, encoder, folder).copies == 5
    return root


@pytest.fixture(scope="module")
def folding(library, encoder) -> Engine:
    return Engine(library, encoder)


def labels(hit) -> dict[str, str]:
    return {each.document.label: each.kind for each in hit.duplicates}


def first_with_copies(hits):
    return next(hit for hit in hits if hit.duplicates)


def test_a_hit_names_every_file_that_says_the_same_and_how(folding):
    hit = first_with_copies(folding.search(SearchRequest(QUESTION, min_relevance=0)).hits)
    assert sorted([hit.document.label, *labels(hit)]) == sorted(NAMES)
    assert hit.duplicate_count == 5
    own = "near" if hit.document.label == "edited.txt" else "exact"
    kinds = {**labels(hit), hit.document.label: own}
    assert kinds["backup.pdf"] == kinds["text.md"] == kinds["text.txt"] == kinds[HANDBOOK]
    assert kinds["edited.txt"] != kinds[HANDBOOK]


def test_one_matter_in_two_languages_is_two_hits(folding):
    hits = folding.search(SearchRequest("wenhai handbook", limit=5, min_relevance=0)).hits
    english = next(hit for hit in hits if hit.document.label == "Wenhai Handbook.pdf")
    assert (english.duplicates, english.duplicate_count) == ((), 0)


def test_all_shows_each_file_as_a_hit_of_its_own(folding):
    page = folding.search(SearchRequest(QUESTION, duplicates="all", limit=20, min_relevance=0))
    assert set(NAMES) <= {hit.document.label for hit in page.hits}
    assert {(hit.duplicates, hit.duplicate_count) for hit in page.hits} == {((), 0)}


def everything(engine: Engine, q: str, limit: int, **more) -> list:
    hits, offset = [], 0
    while found := engine.search(SearchRequest(q, limit=limit, offset=offset, **more)).hits:
        hits += found
        offset += limit
    return hits


@settings(max_examples=8, deadline=None)
@given(
    st.sampled_from([QUESTION, "机器学习", "parameter server", "合同"]),
    st.integers(3, 40),
    st.sampled_from(["hybrid", "semantic", "keyword"]),
    st.sampled_from([0, 0.5]),
)
def test_pages_give_every_group_once_and_all_gives_every_document_once(
    folding, q, limit, mode, least
):
    asked = {"mode": mode, "min_relevance": least, "semantic_marks": False}
    folded = everything(folding, q, limit, **asked)
    every = everything(folding, q, limit, duplicates="all", **asked)
    ids = [hit.document.id for hit in every]
    groups = folding.view.copies.of
    keys = {int(groups(hit.document.key)) for hit in every}
    total = folding.search(SearchRequest(q, **asked)).total.value
    assert len(ids) == len(set(ids))
    assert len(folded) == len({int(groups(hit.document.key)) for hit in folded}) == total
    # the copy that speaks may be below the cut-off where another one is above it
    assert {int(groups(hit.document.key)) for hit in folded} <= keys
    assert least or total == len(keys)


def test_the_best_of_the_copies_speaks_for_them(folding):
    every = folding.search(SearchRequest(QUESTION, duplicates="all", min_relevance=0)).hits
    folded = first_with_copies(folding.search(SearchRequest(QUESTION, min_relevance=0)).hits)
    best = next(hit for hit in every if hit.document.label in NAMES)
    assert folded.document == best.document
    assert folded.scores.fused == pytest.approx(best.scores.fused)


def test_a_filter_comes_before_folding_so_that_the_best_copy_that_passes_speaks(folding):
    asked = {"min_relevance": 0, "filter": "file_type = txt"}
    page = folding.search(SearchRequest(QUESTION, facets=("file_type",), **asked))
    (hit,) = page.hits
    assert sorted([hit.document.label, *labels(hit)]) == [
        "edited.txt",
        "text.txt",
        "traditional.txt",
    ]
    assert hit.duplicate_count == 2
    assert page.total.value == page.facets["file_type"].values[0].count == 1
    every = folding.search(SearchRequest(QUESTION, duplicates="all", **asked))
    assert every.total.value == 3
    assert every.hits[0].document == hit.document


def test_a_ranking_names_all_that_each_of_its_rows_stands_for(folding):
    rows = folding.rank(QUESTION).copies(50)
    assert [row[0] for row in rows] == folding.rank(QUESTION).ids(50)
    assert sorted(map(len, rows))[-2:] == [1, 6]
    assert len({each for row in rows for each in row}) == sum(map(len, rows))


def test_where_nothing_is_folded_every_row_stands_for_itself(folding, engine):
    for ranking in (folding.rank(QUESTION, duplicates="all"), engine.rank(QUESTION)):
        assert ranking.copies(9) == [[each] for each in ranking.ids(9)]


def test_similar_documents_leave_out_copies_and_are_folded_themselves(folding):
    handbook = first_with_copies(
        folding.search(SearchRequest(QUESTION, min_relevance=0)).hits
    ).document
    similar = folding.similar(handbook.id, limit=20)
    assert "Wenhai Handbook.pdf" in {each.document.label for each in similar}
    assert all(folding.view.copies.others(each.document.key) == {} for each in similar)
    english = next(each for each in similar if each.document.label == "Wenhai Handbook.pdf")
    back = [each.document.key for each in folding.similar(english.document.id, limit=20)]
    assert len({int(folding.view.copies.of(key)) for key in back}) == len(back)
    assert any(folding.view.copies.others(key) for key in back)


def test_copies_of_what_was_liked_disliked_or_seen_are_not_recommended(folding):
    hits = folding.search(SearchRequest(QUESTION, duplicates="all", limit=20, min_relevance=0)).hits
    first, second, *_ = (hit.document for hit in hits if hit.document.label in NAMES)
    requests = [
        RecommendRequest((first.id,), limit=100),
        RecommendRequest(text=QUESTION, negative=(first.id,), limit=100),
        RecommendRequest(text=QUESTION, seen=(second.id,), limit=100),
    ]
    for request in requests:
        found = folding.recommend(request).documents
        assert found
        assert not {each.document.label for each in found} & set(NAMES)
    everything = folding.recommend(RecommendRequest(text=QUESTION, limit=100)).documents
    assert len({each.document.label for each in everything} & set(NAMES)) == 1


def test_the_status_counts_copies(library, sample_library):
    assert library_status(library)["copies"] == 5
    assert library_status(sample_library)["copies"] == 0


def test_another_word_for_duplicates_is_refused(folding):
    with pytest.raises(InvalidQuery, match='duplicates is "some": take fold or all'):
        folding.search(SearchRequest(QUESTION, duplicates="some"))


def test_when_the_first_copy_is_pruned_the_others_stay_one_hit(tmp_path, encoder):
    docs, root = tmp_path / "docs", tmp_path / "library"
    docs.mkdir()
    for name in ("a.pdf", "b.pdf", "c.pdf"):
        shutil.copy(CORPUS / HANDBOOK, docs / name)
    assert index(root, encoder, docs).copies == 2
    (docs / "a.pdf").unlink()
    assert index(root, encoder, docs, prune=True).copies == 0
    hits = Engine(root, encoder).search(SearchRequest(QUESTION, min_relevance=0)).hits
    assert [(hit.document.label, labels(hit)) for hit in hits] == [("b.pdf", {"c.pdf": "exact"})]


def test_a_folder_that_has_moved_is_told_by_its_copies(tmp_path, encoder):
    before, after, root = tmp_path / "before", tmp_path / "after", tmp_path / "library"
    before.mkdir()
    shutil.copy(CORPUS / HANDBOOK, before)
    index(root, encoder, before)
    before.rename(after)
    report = index(root, encoder, after)
    assert (report.documents, report.copies) == (1, 1)


@pytest.mark.skipif(not SHARED.exists(), reason="the slides are not beside the repository")
def test_the_slides_of_one_teacher_are_no_copies_of_one_another(tmp_path, encoder):
    slides = [
        SHARED / f"{name}.pdf" for name in ("05机器学习-机器学习实践", "05深度学习-深度学习实践")
    ]
    assert index(tmp_path / "library", encoder, *slides).copies == 0

"""What was typed so far leads to titles and phrases, and each of them to an answer."""

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InvalidQuery
from search.asking.query import SearchRequest
from search.suggesting.index import in_one_word, sounds
from search.suggesting.spelled import spelled
from search.suggesting.suggester import Suggester, Suggestion

TITLES = [
    "参数服务器的容灾",
    "重庆银行行长访谈",
    "Kafka 消息队列入门",
    "Parameter servers in practice",
    "Paramecium under the microscope",
    "《女儿红》：绍兴黄酒",
    "C++ 入门",
    "Wi-Fi 6 explained",
]


@pytest.fixture(scope="module")
def titles(new_shelf):
    return new_shelf(TITLES)


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("参数", TITLES[0]),
        ("參數服務", TITLES[0]),
        ("canshufu", TITLES[0]),
        ("CanShuF", TITLES[0]),
        ("can shu fu wu q", TITLES[0]),
        ("csfwq", TITLES[0]),
        ("canshufwq", TITLES[0]),
        ("cshufuwuq", TITLES[0]),
        ("参数fuwu", TITLES[0]),
        ("参数fwq", TITLES[0]),
        ("canshu服", TITLES[0]),
        ("chongqingyinhangh", TITLES[1]),
        ("kafka消息", TITLES[2]),
        ("kafka xiaoxi", TITLES[2]),
        ("kafkaxxdl", TITLES[2]),
        ("ＰＡＲＡＭＥＴＥＲ ｓｅ", TITLES[3]),
        ("paramter", TITLES[3]),
        ("parmaeter", TITLES[3]),
        ("parametter", TITLES[3]),
        ("parameteg s", TITLES[3]),
        ("parameterse", TITLES[3]),
        ("canshifuwu", TITLES[0]),
        ("nverhong", TITLES[5]),
        ("nü'er", TITLES[5]),
        ("c++", TITLES[6]),
        ("wi fi", TITLES[7]),
    ],
)
def test_a_beginning_leads_to_its_title(titles, typed, title):
    assert titles.texts(typed)[0] == title


@pytest.mark.parametrize(
    "typed", ["", "  ", "《》", "-", "\x00", "zqxw", "参书", "wi fi 5", "6 expl"]
)
def test_what_nothing_begins_with_leads_nowhere(titles, typed):
    assert titles.texts(typed) == []


def test_as_spelled_comes_before_as_it_sounds_and_that_before_a_typo(new_shelf):
    shelf = new_shelf(["参数", "canshy men", "Canshu: a biography"])
    assert shelf.texts("canshu") == ["Canshu: a biography", "参数", "canshy men"]


def test_what_more_documents_are_called_comes_first(new_shelf):
    shelf = new_shelf(["Minutes of May", "minutes of  MAY", "Minutes of April", "Minutes"])
    found = shelf.suggest("min")
    assert [(each.text, each.documents) for each in found] == [
        ("Minutes of May", 2),
        ("Minutes", 1),
        ("Minutes of April", 1),
    ]


@pytest.mark.parametrize(
    ("typed", "text", "match"),
    [
        ("女儿", TITLES[5], (1, 3)),
        ("nve", TITLES[5], (1, 3)),
        ("canshuf", TITLES[0], (0, 3)),
        ("csf", TITLES[0], (0, 3)),
        ("wi fi 6", TITLES[7], (0, 7)),
        ("kafkaxiao", TITLES[2], (0, 7)),
        ("parametter", TITLES[3], None),
    ],
)
def test_what_was_typed_is_marked_in_the_text_as_it_stands(titles, typed, text, match):
    assert titles.suggest(typed) == [Suggestion(text, "title", 1, match)]


def test_phrases_come_from_passages_and_name_how_many_documents_hold_them(shelf):
    for number in range(5):
        word = ("keeps", "holds", "has", "splits", "saves")[number]
        text = f"参数服务器把参数切成第 {number} 个分片。A parameter server {word} shard {number}."
        shelf.put(f"file {number}", [f"Notes {number}"], text)
    for number in range(20):
        shelf.put(f"other {number}", [f"Other {number}"], f"The weather of day {number} was fine.")
    assert shelf.suggest("csfw") == [Suggestion("参数服务器", "phrase", 5, (0, 4))]
    assert shelf.suggest("parameter s") == [Suggestion("parameter server", "phrase", 5, (0, 11))]
    assert shelf.answer("参数服务器") != "none"


def test_a_title_that_comes_with_a_commit_is_suggested_and_one_that_went_is_not(shelf):
    shelf.put("old", [f"Old title {number}" for number in range(30)])
    assert len(shelf.texts("old", 20)) == 20
    shelf.put("new", ["Newcomer"])
    assert shelf.texts("newc") == ["Newcomer"]
    shelf.remove("new-0", "old-7")
    assert shelf.texts("newc") == []
    assert shelf.texts("old title 7") == []
    assert shelf.texts("old title 8") == ["Old title 8"]


def test_what_is_gone_is_not_suggested_even_before_all_is_read_again(shelf):
    shelf.put("old", ["First", "Second"])
    assert shelf.texts("fir") == ["First"]
    shelf.remove("old-0")
    found = [shelf.suggester.suggest("fir") for _ in range(3)]
    assert [each.suggestions for each in found] == [()] * 3


def test_a_library_put_in_the_place_of_another_has_its_own_titles(shelf, new_shelf):
    shelf.put("first", ["橄榄油"])
    assert shelf.texts("gan") == ["橄榄油"]
    other = new_shelf(["感谢信"]).engine.root
    shelf.engine.root.rename(shelf.engine.root.with_name("gone"))
    other.rename(shelf.engine.root)
    shelf.engine.follow()
    assert shelf.texts("gan") == ["感谢信"]


def test_many_may_ask_while_documents_come_and_go(shelf):
    found: list[str] = []

    def ask() -> None:
        while len(found) < 300:
            found.extend(each.text for each in shelf.suggester.suggest("tit").suggestions)

    shelf.put("first", ["Title 0"])
    shelf.suggest("tit")
    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(1, 6):
        shelf.put(f"more {number}", [f"Title {number}"])
    for thread in threads:
        thread.join()
    assert shelf.texts("tit") == [f"Title {number}" for number in range(6)]


def test_an_empty_library_suggests_nothing_until_there_is_something(shelf):
    assert shelf.texts("a") == []
    shelf.put("first", ["A title"])
    assert shelf.texts("a") == ["A title"]


def test_titles_that_cannot_be_asked_for_are_not_suggested(new_shelf):
    shelf = new_shelf(["—", "foo -bar", "-foo", "foo" * 100, "foot - note", "foo +bar"])
    assert shelf.texts("foo") == ["foo +bar", "foot - note"]


def test_of_many_titles_that_are_much_alike_each_leads_to_its_document(new_shelf):
    shelf = new_shelf([f"会议纪要 2023-{n % 12 + 1:02}-{n % 28 + 1:02}" for n in range(400)])
    for typed in ("会议纪要 2023-05-13", "hyjy 2023-07", "huiyi", "会议"):
        for text in shelf.texts(typed, 3):
            page = shelf.engine.search(SearchRequest(text))
            assert text in [each.document.metadata.title for each in page.hits]


def test_every_suggestion_of_the_sample_corpus_has_an_answer(engine):
    suggester = Suggester(engine)
    typed = ["参", "机", "s", "d", "the", "how", "jq", "shendu", "中", "数据"]
    texts = {s.text for q in typed for s in suggester.suggest(q, 20, wait=True).suggestions}
    assert len(texts) > 20
    empty = [t for t in texts if engine.search(SearchRequest(t)).verdict.answer == "none"]
    assert empty == []


def test_suggestions_are_the_same_each_time(titles):
    once = [titles.suggest(typed) for typed in ("c", "p", "n", "k")]
    again = Suggester(titles.engine)
    found = [again.suggest(typed, wait=True).suggestions for typed in ("c", "p", "n", "k")]
    assert [tuple(each) for each in once] == found


@pytest.mark.parametrize(("q", "limit"), [("a" * 201, 8), ("a", 0), ("a", 21)])
def test_more_than_anybody_types_or_reads_is_refused(titles, q, limit):
    with pytest.raises(InvalidQuery, match=r"at most 200|take a number from 1 to 20"):
        titles.suggester.suggest(q, limit)


def test_the_longest_beginning_there_can_be_is_found(new_shelf):
    title = ("参数 server " * 20)[:200].strip()
    shelf = new_shelf([title])
    assert shelf.texts(title) == [title]
    assert shelf.texts("canshu" + title[2:190]) == [title]
    assert shelf.texts("canshuserve" * 18) == []


HAN = "参数服务器重庆银行长女儿绿色的和朝阳乐曲"
TEXT = st.text(alphabet=HAN + "abcXYZ 《》:1２", min_size=1, max_size=12)


@settings(max_examples=12, deadline=None)
@given(texts=st.lists(TEXT, min_size=1, max_size=6), data=st.data())
def test_any_beginning_of_any_title_brings_it_in_han_and_in_pinyin(new_shelf, texts, data):
    shelf = new_shelf(texts)
    for spelling in {spelled(each).text for each in texts} - {""}:
        said = ["".join(each) for each in sounds(spelling)] or [spelling]
        letters = ["".join(sound[0] for sound in each) for each in sounds(spelling)]
        for whole in (spelling, said[0], *said[-1:], *letters[:1]):
            typed = whole[: data.draw(st.integers(1, len(whole)))]
            found = [spelled(each).text for each in shelf.texts(typed, 20)]
            assert spelling in found or not in_one_word(typed), (typed, texts)

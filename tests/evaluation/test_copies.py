from evaluation.copies import Copies, same_text


def test_one_stands_for_all_that_are_one():
    copies = Copies([["a", "b"], ["c", "d"]])
    copies.join(["d", "b"])
    assert len({copies.of(each) for each in "abcd"}) == 1
    assert copies.of("e") == "e"


def test_a_ranking_has_each_of_them_once_where_the_first_came():
    assert Copies([["a", "b"]]).once(["x", "b", "y", "a"]) == ["x", "a", "y"]


def test_the_same_text_in_another_spelling_is_the_same_text():
    texts = [("tw", "參數伺服器 ＡＢ"), ("cn", "参数伺服器 ab"), ("x", "参数")]
    assert list(same_text(texts)) == [["tw", "cn"]]


def test_a_text_may_come_in_stretches_and_none_is_like_no_other():
    texts = [("a", "one "), ("b", "one two"), ("a", "two"), ("c", ""), ("d", " ")]
    assert list(same_text(texts)) == [["a", "b"]]

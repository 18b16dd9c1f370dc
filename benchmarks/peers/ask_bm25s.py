"""BM25 alone: `python -m benchmarks.peers.ask_bm25s FOLDER RUN`.

As the guide of bm25s has it, with stop words and stemmer for English, and jieba to cut Chinese.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import bm25s
import jieba
import Stemmer
from bm25s.tokenization import Tokenizer

from benchmarks.peers.rows import Rows, read_queries, read_rows, write_run

_WORD = re.compile(r"[^\W_]")


def words(text: str) -> list[str]:
    """Return the words of the text, Chinese ones cut as for a search engine."""
    return [word for word in jieba.cut_for_search(text) if _WORD.search(word)]


def ranked(rows: Rows, queries: dict[str, str]) -> Iterator[tuple[str, Iterator[str]]]:
    """Return each query with the documents that hold a word of it, the best first."""
    jieba.setLogLevel("WARNING")
    cut = Tokenizer(splitter=words, stopwords="en", stemmer=Stemmer.Stemmer("english"))
    index = bm25s.BM25()
    index.index(
        cut.tokenize(rows.texts, return_as="tuple", show_progress=False), show_progress=False
    )
    for query, text in queries.items():
        asked = cut.tokenize([text], update_vocab=False, show_progress=False)
        found = index.retrieve(asked, k=len(rows.texts), show_progress=False)
        holding = found.documents[0][found.scores[0] > 0]
        yield query, rows.best_documents(holding.tolist())


if __name__ == "__main__":
    folder, run = map(Path, sys.argv[1:])
    write_run(run, ranked(read_rows(folder), read_queries(folder)))

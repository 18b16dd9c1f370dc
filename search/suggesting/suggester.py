"""What may be meant by what was typed so far? The story: as spelled → as it sounds → as meant.

Every suggestion leads somewhere: a title is found by its own words, a phrase was searched for when
it was gathered, and either is given only while the passages that answer it are there.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.errors import InvalidQuery
from search.asking.query import require_number
from search.engine import Engine
from search.filtering.within import facts_within
from search.suggesting.following import Following
from search.suggesting.index import Index, Source, typed_part
from search.suggesting.phrases import Phrases
from search.suggesting.spelled import spelled
from search.suggesting.titles import Titles
from search.verdict import ANSWERING_RELEVANCE, Calibration
from store.derived.facts import Facts
from store.failures import storage_errors
from store.view import LibraryView

LONGEST_BEGINNING = 200
MOST_SUGGESTIONS = 20
SUGGESTIONS = 8

PROVEN = 0.7
"""So relevant is the best document of a phrase: enough for an answer also after other commits."""

_PATIENCE_SECONDS = 0.3
"""A small library is read within that time: whoever asks first gets an answer."""

_SPARE = 20
"""So many more texts are looked at than asked for: a few may have gone since."""

_SPARE_WITHIN = 2000
"""And so many where most documents may be ones that whoever asks must not see."""

Kind = Literal["title", "phrase"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text to search for; `match` is the range of it that was typed, None where nearly that was.

    `documents` hold it: a title as theirs, a phrase in a passage that was read for it.
    """

    text: str
    kind: Kind
    documents: int
    match: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What was typed, and what may be meant, best first.

    Not `complete`, it is of an earlier commit, or of a library that is still being read.
    """

    q: str
    suggestions: tuple[Suggestion, ...]
    complete: bool
    took_ms: float


class Suggester:
    """Suggests to one engine's users what to ask; safe to call from several threads.

    What it needs is read in the background when it is first asked, and after commits.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._titles = Following("titles to suggest", self._titles_of)
        self._phrases = Following("phrases to suggest", self._phrases_of)

    def suggest(
        self,
        q: str,
        limit: int = SUGGESTIONS,
        *,
        wait: bool = False,
        within: str | None = None,
    ) -> Suggestions:
        """Return what may be meant, best first: as spelled, then as it sounds, then nearly.

        With `wait`, it is of the newest commit, and complete. What only stands in documents that do
        not pass `within` is not suggested.
        """
        require_number("limit", limit, 1, MOST_SUGGESTIONS)
        if len(q) > LONGEST_BEGINNING:
            raise InvalidQuery(
                f"q has {len(q):,} characters, at most {LONGEST_BEGINNING}: ask with the beginning"
            )
        started = time.perf_counter()
        view = self._engine.view
        if wait:
            self._titles.wait_for(view)
            self._phrases.wait_for(view)
        titles, current = self._titles.of(view, _PATIENCE_SECONDS)
        phrases, _ = self._phrases.of(view)
        indexes: list[tuple[Kind, Index]] = []
        if titles is not None:
            indexes += [("title", titles.whole), ("title", titles.recent)]
        if phrases is not None:
            indexes += [("phrase", phrases.index)]
        seen = None if within is None else facts_within(view, within)
        found = _Looking(view, spelled(q).text, limit, seen).through(indexes)
        complete = current and phrases is not None
        return Suggestions(q, found, complete, (time.perf_counter() - started) * 1000)

    def _titles_of(self, view: LibraryView, before: Titles | None) -> Titles:
        with storage_errors(self._engine.root):
            return Titles.of(view, before)

    def _phrases_of(self, view: LibraryView, before: Phrases | None) -> Phrases:
        with storage_errors(self._engine.root):
            return Phrases.of(view, before, self._proofs)

    def _proofs(self, texts: Sequence[str]) -> list[int | None]:
        """Return for each text the passage that answers it best, None where that is not enough."""
        judged = bool(Calibration.of(self._engine.view).weights["hybrid"])
        least = PROVEN if judged else ANSWERING_RELEVANCE
        proofs: list[int | None] = []
        for ranking in self._engine.rankings(texts):
            best = int(np.argmax(ranking.relevances)) if len(ranking.relevances) else -1
            proven = best >= 0 and ranking.relevances[best] >= least
            keys = ranking.retriever.view.table.keys
            proofs.append(int(keys[ranking.best.positions[best]]) if proven else None)
        return proofs


@dataclass(slots=True)
class _Found:
    """A text that fits what was typed, and the documents that hold it."""

    kind: Kind
    text: str
    documents: set[int]


@dataclass(frozen=True, slots=True)
class _Looking:
    """What was typed, as spelled, is looked for among what the view has.

    Only documents in the facts `seen` may be seen, None standing for all.
    """

    view: LibraryView
    typed: str
    limit: int
    seen: Facts | None

    def through(self, indexes: Sequence[tuple[Kind, Index]]) -> tuple[Suggestion, ...]:
        """Return the best out of these indexes, where a text is taken as the former has it."""
        suggestions: dict[str, Suggestion] = {}
        for look in (Index.beginning, Index.sounding, Index.resembling):
            if not self.typed or len(suggestions) >= self.limit:
                break
            found: dict[str, _Found] = {}
            for kind, index in indexes:
                enough = len(found) + self.limit + _SPARE
                for number in look(index, self.typed, self._looked_at):
                    self._add(found, kind, index.source(number))
                    if len(found) >= enough:
                        break
            new = [spelling for spelling in found if spelling not in suggestions]
            new.sort(key=lambda spelling: _rank(found[spelling]))
            for spelling in new[: self.limit - len(suggestions)]:
                suggestions[spelling] = self._suggestion(found[spelling])
        return tuple(suggestions.values())

    @property
    def _looked_at(self) -> int:
        return self.limit + (_SPARE if self.seen is None else _SPARE_WITHIN)

    def _add(self, found: dict[str, _Found], kind: Kind, source: Source) -> None:
        """Add the text, unless the passages are gone that answer it."""
        documents = self._documents(source.passages)
        if not documents or (source.proof is not None and not self._documents([source.proof])):
            return
        if self.seen is not None and not self._documents(source.passages[:1]):
            return  # it is spelled as in a document that may not be seen
        same = found.setdefault(spelled(source.text).text, _Found(kind, source.text, set()))
        same.documents |= documents

    def _documents(self, passages: Sequence[int]) -> set[int]:
        positions = self.view.positions_of(np.array(passages, np.int64))
        documents = self.view.table.documents[positions[positions >= 0]]
        if self.seen is not None:
            documents = documents[self.seen.rows(documents) >= 0]
        return set(documents.tolist())

    def _suggestion(self, found: _Found) -> Suggestion:
        match = typed_part(self.typed, found.text)
        return Suggestion(found.text, found.kind, len(found.documents), match)


def _rank(found: _Found) -> tuple[int, int, str]:
    return -len(found.documents), len(found.text), found.text

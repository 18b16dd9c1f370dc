"""Does the mark of meaning stand at the right sentence, and what does it cost?

    python -m benchmarks.marks [--cmrc FILE] [--d2l FOLDER]

CMRC's questions come with their answers: how often does the marked sentence of the passage hold
it? Across languages nobody has judged sentences: there, sentences of `d2l` are asked of the same
section in the other language, and the encoder, sentence by sentence, is the judge where it is sure.
"""

import argparse
import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.peers_sets import EVAL
from core.settings import Settings
from core.types import Page
from indexer.passages import passages
from models import Encoder, load_encoder
from search.proof.meaning import candidates, nearest_sentences
from text.folding import fold
from text.sentences import Span, sentences

_SURE = 0.03
"""So much nearer than the second is what the encoder is sure of."""

_SEED = 20261122


@dataclass(frozen=True, slots=True)
class Case:
    """A question, the passage that answers, its language, and where the answer begins."""

    question: str
    passage: str
    language: str
    answer: int


def cmrc_cases(path: Path) -> Iterator[Case]:
    """Return the questions whose answer stands in a passage of several sentences."""
    for article in json.loads(path.read_text("utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            cut = list(passages([Page(paragraph["context"], 1)]))
            for asked in paragraph["qas"]:
                at = paragraph["context"].find(asked["answers"][0]["text"])
                for each in cut:
                    if each.start <= at < each.end:
                        yield Case(asked["question"], each.text, "zh", at - each.start)


def crossing_cases(folder: Path, encoder: Encoder) -> Iterator[Case]:
    """Return sentences of each section as questions to the section in the other language."""
    lines = (folder / "corpus.jsonl").read_text("utf-8").splitlines()
    texts = {each["_id"]: each["text"] for each in map(json.loads, lines)}
    for name, text in texts.items():
        language = "en" if name.startswith("zh") else "zh"
        other = texts.get(language + name[2:])
        asked = _whole(text)[:2]
        cut = [each.text for each in passages([Page(other or "", 1)])]
        if len(cut) > 1 and asked:
            near = encoder.encode_queries(asked) @ encoder.encode_passages(cut).T
            for question, at in zip(asked, near.argmax(axis=1), strict=True):
                yield from _judged(encoder, question, cut[at], language)


def _whole(text: str) -> list[str]:
    spans = (text[slice(*span)].strip() for span in sentences(text))
    return [
        each for each in spans if 20 < len(each) < 140 and each[-1] in "。." and "`" not in each
    ]


def _judged(encoder: Encoder, question: str, passage: str, language: str) -> Iterator[Case]:
    choice = candidates(passage, language)
    if len(choice) > 1:
        near = (
            encoder.encode_passages(list(choice.values())) @ encoder.encode_queries([question])[0]
        )
        second, first = np.sort(near)[-2:]
        if first - second > _SURE:
            yield Case(question, passage, language, list(choice)[int(near.argmax())][0])


def by_tokens(encoder: Encoder, case: Case) -> Span | None:
    """Return the sentence that Wenhai marks."""
    folded = fold(case.question).text
    return nearest_sentences(encoder, folded, [(case.passage, case.language)])[0]


def by_encoding(encoder: Encoder, case: Case) -> Span | None:
    """Return the sentence whose own vector is nearest to that of the question."""
    choice = candidates(case.passage, case.language)
    near = (
        encoder.encode_passages(list(choice.values())) @ encoder.encode_queries([case.question])[0]
    )
    return list(choice)[int(near.argmax())]


def the_first(_encoder: Encoder, case: Case) -> Span | None:
    """Return the first sentence."""
    return next(iter(candidates(case.passage, case.language)))


WAYS: dict[str, Callable[[Encoder, Case], Span | None]] = {
    "tokens (as marked)": by_tokens,
    "sentences encoded": by_encoding,
    "the first sentence": the_first,
}


def measure(name: str, encoder: Encoder, cases: list[Case]) -> None:
    """Print how often each way finds the sentence, and how long it takes."""
    several = [case for case in cases if len(candidates(case.passage, case.language)) > 1]
    print(f"{name}: {len(several):,} questions")
    for way, mark in WAYS.items():
        started = time.perf_counter()
        marked = [mark(encoder, case) for case in several]
        milliseconds = (time.perf_counter() - started) * 1000 / len(several)
        right = [
            span is not None and span[0] <= case.answer < span[1]
            for span, case in zip(marked, several, strict=True)
        ]
        print(f"  {way:20} {np.mean(right):.3f} right {milliseconds:8.2f} ms a passage")


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cmrc", type=Path, default=EVAL / "cmrc2018" / "dev.json")
    parser.add_argument("--d2l", type=Path, default=EVAL / "d2l")
    parser.add_argument("--questions", type=int, default=500, help="so many of each")
    chosen = parser.parse_args()
    encoder = load_encoder(None, Settings().cache)
    every = list(cmrc_cases(chosen.cmrc))
    measure("CMRC", encoder, random.Random(_SEED).sample(every, chosen.questions))
    crossing = crossing_cases(chosen.d2l, encoder)
    measure(
        "across languages",
        encoder,
        [case for case, _ in zip(crossing, range(chosen.questions), strict=False)],
    )


if __name__ == "__main__":
    main()

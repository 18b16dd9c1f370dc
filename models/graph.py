"""What does the model compute? A BERT encoder, mean pooling and unit length, as an ONNX graph.

Two graphs come from the same weights. Questions are multiplied with the 4 bits that the weights
came in, each block of 32 activations quantised while running: next to nothing is lost, and least is
read for the few tokens of a question. Documents get 7-bit layers (values within ±64, so that sums
do not saturate on processors without VNNI), one scale an output column, activations quantised by
the tensor: what is lost there buys twice the speed for many tokens. Both share one word table, in
its 4 bits.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from onnx import TensorProto

from models.onnx_writer import CONTRIB, DataFile, GraphWriter
from models.weights import BLOCK, Floats, Matrix, Weights

Precision = Literal["4-bit", "7-bit"]
INPUTS = ("input_ids", "attention_mask")
FOUR_BITS, SEVEN_BITS = 8, 64
EIGHT_BIT_PRODUCTS = 4
"""The accuracy level at which ONNX Runtime quantises a block of activations to 8 bits."""

KEPT_IN_FLOAT = frozenset({"l4.fo"})
"""Products with outliers among their inputs; this one alone makes half of the 7-bit error."""


def write_word_table(weights: Weights, data: DataFile) -> list[TensorProto]:
    """Write the word table and the scales of its blocks, and return the references to them."""
    matrix = weights.matrix("emb.word", weights.shape.hidden)
    nibbles = matrix.levels().view(np.uint8) & 0x0F
    pairs = nibbles[:, 0::2] | (nibbles[:, 1::2] << 4)
    scales = matrix.scales()
    shape = (weights.shape.vocabulary, weights.shape.hidden)
    return [
        data.append("words", TensorProto.INT4, shape, pairs.tobytes()),
        data.append("words.scales", TensorProto.FLOAT, scales.shape, scales.tobytes()),
    ]


def write_graph(
    weights: Weights, words: list[TensorProto], path: Path, precision: Precision
) -> None:
    """Write the graph to `path` and its layers beside it; the word table is already written."""
    _Bert(weights, words, GraphWriter(DataFile(path.with_suffix(".bin"))), precision).write(path)


class _Bert:
    """Writes the encoder's parts, each from the name of its input to the name of its output."""

    def __init__(
        self,
        weights: Weights,
        words: list[TensorProto],
        graph: GraphWriter,
        precision: Precision,
    ) -> None:
        self._weights = weights
        self._words = words
        self._graph = graph
        self._precision = precision
        self._hidden = weights.shape.hidden

    def write(self, path: Path) -> None:
        """Write the whole encoder."""
        self._mask = self._graph.node("Cast", INPUTS[1], to=TensorProto.INT32)
        states = self._embed()
        for layer in range(self._weights.shape.layers):
            states = self._layer(states, f"l{layer}")
        self._graph.save(path, INPUTS, self._pool(states), self._hidden)

    def _embed(self) -> str:
        graph = self._graph
        table, scales = (graph.adopt(tensor) for tensor in self._words)
        words = graph.node(
            "GatherBlockQuantized",
            table,
            INPUTS[0],
            scales,
            domain=CONTRIB,
            gather_axis=0,
            quantize_axis=1,
            block_size=BLOCK,
        )
        zero = graph.constant("int.0", np.array([0]))
        length = graph.node("Shape", INPUTS[0], start=1, end=2)
        positions = graph.node("Slice", self._positions(), zero, length, zero)
        return self._normalized(graph.node("Add", words, positions), "emb.ln")

    def _positions(self) -> str:
        """Return the table of positions with the one token type in use added to each row."""
        positions = self._weights.vector("emb.pos").reshape(-1, self._hidden)
        return self._graph.constant(
            "positions", positions + self._weights.vector("emb.type")[: self._hidden]
        )

    def _layer(self, states: str, layer: str) -> str:
        graph = self._graph
        attended = self._linear(self._attend(states, layer), f"{layer}.ao")
        states = self._normalized(graph.node("Add", states, attended), f"{layer}.aln")
        inner = graph.node("Gelu", self._linear(states, f"{layer}.fi"), domain=CONTRIB)
        outer = self._linear(inner, f"{layer}.fo", self._weights.shape.feed_forward)
        return self._normalized(graph.node("Add", states, outer), f"{layer}.oln")

    def _attend(self, states: str, layer: str) -> str:
        """Add self-attention; query, key and value are one product, their input quantised once."""
        graph = self._graph
        merged = self._product(states, f"{layer}.qkv", [f"{layer}.{part}" for part in "qkv"])
        query, key, value = graph.split(merged, 3)
        inputs = (query, key, value, "", self._mask)
        heads = self._weights.shape.heads
        return graph.node("MultiHeadAttention", *inputs, domain=CONTRIB, num_heads=heads)

    def _linear(self, states: str, name: str, columns: int | None = None) -> str:
        return self._product(states, name, [name], columns)

    def _product(
        self, states: str, name: str, parts: Sequence[str], columns: int | None = None
    ) -> str:
        """Add the product with the matrices of these parts, one below the other, and their bias."""
        graph = self._graph
        matrices = [self._weights.matrix(f"{each}.w", columns or self._hidden) for each in parts]
        bias = np.concatenate([self._weights.vector(f"{each}.b") for each in parts])
        offset = graph.constant(f"{name}.b", bias)
        if self._precision == "4-bit":
            return self._four_bits(states, name, matrices, offset)
        values = np.concatenate([each.values() for each in matrices])
        if name in KEPT_IN_FLOAT:
            weight = graph.constant(f"{name}.w", values.T)
            return graph.node("Add", graph.node("MatMul", states, weight), offset)
        return self._seven_bits(states, name, values, offset)

    def _four_bits(self, states: str, name: str, matrices: Sequence[Matrix], offset: str) -> str:
        graph = self._graph
        levels = np.concatenate([each.levels() for each in matrices])
        raised = (levels + np.int8(FOUR_BITS)).view(np.uint8)
        rows, columns = levels.shape
        pairs = raised[:, 0::2] | (raised[:, 1::2] << 4)
        inputs = (
            graph.constant(f"{name}.w", pairs.reshape(rows, columns // BLOCK, BLOCK // 2)),
            graph.constant(f"{name}.scales", np.concatenate([each.scales() for each in matrices])),
            "",
            "",
            offset,
        )
        return graph.node(
            "MatMulNBits",
            states,
            *inputs,
            domain=CONTRIB,
            K=columns,
            N=rows,
            bits=4,
            block_size=BLOCK,
            accuracy_level=EIGHT_BIT_PRODUCTS,
        )

    def _seven_bits(self, states: str, name: str, matrix: Floats, offset: str) -> str:
        graph = self._graph
        scales = np.maximum(np.abs(matrix).max(axis=1) / SEVEN_BITS, 1e-12).astype(np.float32)
        levels = np.rint(matrix / scales[:, None]).astype(np.int8)
        inputs = (
            graph.constant(f"{name}.w", levels.T),
            graph.constant(f"{name}.scales", scales),
            graph.constant(f"{name}.zeros", np.zeros(len(scales), np.int8)),
            offset,
        )
        return graph.node("DynamicQuantizeMatMul", states, *inputs, domain=CONTRIB)

    def _normalized(self, states: str, name: str) -> str:
        parts = [self._graph.constant(each, self._weights.vector(each)) for each in _pair(name)]
        epsilon = self._weights.shape.epsilon
        return self._graph.node("LayerNormalization", states, *parts, epsilon=epsilon)

    def _pool(self, states: str) -> str:
        """Add the mean over the tokens, at length 1: the sum over them has the same direction."""
        graph = self._graph
        axis = graph.constant("int.1", np.array([1]))
        mask = graph.node("Cast", INPUTS[1], to=TensorProto.FLOAT)
        total = graph.node("MatMul", graph.node("Unsqueeze", mask, axis), states)
        return graph.node("LpNormalization", graph.node("Squeeze", total, axis), axis=-1, p=2)


def _pair(name: str) -> tuple[str, str]:
    return f"{name}.w", f"{name}.b"

"""How does a graph get to disk? Nodes in a small ONNX file, weights beside it, to be mapped."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

ALIGNMENT = 4096
INLINE_BYTES = 1024
CONTRIB = "com.microsoft"
OPSETS = (helper.make_opsetid("", 20), helper.make_opsetid(CONTRIB, 1))
IR_VERSION = 10

Array = NDArray[Any]
Attribute = int | float


class DataFile:
    """A file of raw tensors; several graphs may point into the same one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._end = 0
        path.write_bytes(b"")

    def append(self, name: str, kind: int, shape: Sequence[int], raw: bytes) -> TensorProto:
        """Write the tensor and return the reference to it that a graph holds."""
        gap = -self._end % ALIGNMENT
        with self.path.open("ab") as file:
            file.write(bytes(gap) + raw)
        tensor = TensorProto(name=name, data_type=kind, dims=shape)
        tensor.data_location = TensorProto.EXTERNAL
        start = self._end + gap
        entries = {"location": self.path.name, "offset": start, "length": len(raw)}
        for key, value in entries.items():
            tensor.external_data.add(key=key, value=str(value))
        self._end = start + len(raw)
        return tensor


class GraphWriter:
    """Collects nodes and constants; every `node` returns the name of its output."""

    def __init__(self, data: DataFile) -> None:
        self._data = data
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, TensorProto] = {}

    def constant(self, name: str, value: Array) -> str:
        """Add a constant; one that is added again under its name is kept once."""
        if name not in self._constants:
            self.adopt(self._stored(name, np.ascontiguousarray(value)))
        return name

    def adopt(self, tensor: TensorProto) -> str:
        """Add a constant that is already stored, perhaps in another graph's file."""
        self._constants[tensor.name] = tensor
        return str(tensor.name)

    def node(self, operator: str, *inputs: str, domain: str = "", **attributes: Attribute) -> str:
        """Add a node with one output."""
        stem = f"{operator}_{len(self._nodes)}"
        node = helper.make_node(operator, inputs, [stem], name=stem, domain=domain)
        node.attribute.extend(helper.make_attribute(*each) for each in attributes.items())
        self._nodes.append(node)
        return stem

    def split(self, value: str, parts: int) -> list[str]:
        """Add a cut of the last axis into equal parts."""
        stem = f"Split_{len(self._nodes)}"
        names = [f"{stem}_{part}" for part in range(parts)]
        self._nodes.append(
            helper.make_node("Split", [value], names, name=stem, axis=-1, num_outputs=parts)
        )
        return names

    def save(self, path: Path, inputs: Sequence[str], output: str, width: int) -> None:
        """Write the graph: int64 inputs `[batch, tokens]`, one float output `[batch, width]`."""
        self._nodes.append(helper.make_node("Identity", [output], ["embedding"]))
        shape = ["batch", "tokens"]
        graph = helper.make_graph(
            self._nodes,
            path.stem,
            [helper.make_tensor_value_info(each, TensorProto.INT64, shape) for each in inputs],
            [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", width])],
            list(self._constants.values()),
        )
        model = helper.make_model(graph, opset_imports=OPSETS, ir_version=IR_VERSION)
        path.write_bytes(model.SerializeToString())

    def _stored(self, name: str, value: Array) -> TensorProto:
        if value.nbytes < INLINE_BYTES:
            return numpy_helper.from_array(value, name)
        kind = helper.np_dtype_to_tensor_dtype(value.dtype)
        return self._data.append(name, kind, value.shape, value.tobytes())

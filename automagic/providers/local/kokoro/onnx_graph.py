"""Graphs of ONNX: read, made and replaced node by node, as protobuf messages.

Of the format only the fields that are touched are described here; a protobuf message keeps all others.
"""

from __future__ import annotations

import functools
import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from google.protobuf.descriptor_pool import DescriptorPool
    from numpy.typing import NDArray

_FIELDS = {
    # onnx.proto3: name, number, type ("*" repeats; a type of this table, or protobuf's own)
    "Model": (("graph", 7, "Graph"),),
    "Graph": (("node", 1, "*Node"), ("initializer", 5, "*Tensor"), ("output", 12, "*Value")),
    "Node": (("input", 1, "*string"), ("output", 2, "*string"), ("name", 3, "string"), ("op_type", 4, "string"),
             ("attribute", 5, "*Attribute")),
    "Attribute": (("name", 1, "string"), ("f", 2, "float"), ("i", 3, "int64"), ("g", 6, "Graph"),
                  ("ints", 8, "*int64"), ("type", 20, "int32")),
    "Value": (("name", 1, "string"),),
    "Tensor": (("dims", 1, "*int64"), ("data_type", 2, "int32"), ("float_data", 4, "*float"),
               ("int32_data", 5, "*int32"), ("name", 8, "string"), ("raw_data", 9, "bytes")),
}  # fmt: skip
_NUMPY = {1: "<f4", 2: "|u1", 7: "<i8"}
"""TensorProto.DataType: FLOAT, UINT8, INT64."""
_FLOAT, _INT, _INTS = 1, 2, 7
"""AttributeProto.AttributeType."""


class Graph:
    """A model's graph, with what makes and what uses each value.

    Attributes:
        nodes: In an order in which they can run.
        made_by: The node that makes a value.
        used_by: The nodes that use a value.
        tensors: What is part of the model.
    """

    def __init__(self, model: bytes) -> None:
        self._model = message_class("Model")()
        self._model.ParseFromString(model)
        self._new: dict[str, list[Any]] = defaultdict(list)
        self._look()

    def _look(self) -> None:
        graph = self._model.graph
        self.nodes = graph.node
        self.made_by = {name: node for node in graph.node for name in node.output}
        self.used_by: dict[str, list[Any]] = defaultdict(list)
        for node in graph.node:
            for name in node.input:
                self.used_by[name].append(node)
        self.tensors = {tensor.name: tensor for tensor in graph.initializer}

    def behind(self, node: Any, *kinds: str) -> list[Any]:
        """Walk from a node to one that makes what it takes and is of the first kind, from there to one of the second.

        Returns:
            The nodes that were met; fewer than there are kinds where the way ends.
        """
        met: list[Any] = []
        for kind in kinds:
            makers = (self.made_by.get(name) for name in node.input)
            node = next((maker for maker in makers if maker is not None and maker.op_type == kind), None)
            if node is None:
                break
            met.append(node)
        return met

    def ahead(self, node: Any, *kinds: str) -> list[Any]:
        """Walk to what uses a node's output, through one node of each kind.

        Raises:
            ValueError: Another kind is met.
        """
        met: list[Any] = []
        for _ in kinds:
            node = self.used_by[node.output[0]][0]
            met.append(node)
        if (found := [node.op_type for node in met]) != list(kinds):
            raise ValueError(f"{node.name} comes after {', '.join(found)}")
        return met

    def read(self, name: str) -> NDArray[Any]:
        """The numbers of a tensor of the model, in its shape."""
        import numpy as np

        tensor = self.tensors[name]
        kind = np.dtype(_NUMPY[tensor.data_type])
        if tensor.raw_data:
            values = np.frombuffer(tensor.raw_data, kind)
        else:
            values = np.array(tensor.float_data if kind.kind == "f" else tensor.int32_data, kind)
        return values.reshape(tuple(tensor.dims))

    def put(self, target: str, kind: str, *inputs: str | NDArray[Any] | list[int], to: str = "", **how: Any) -> str:
        """Add a node to those that `replace` puts where `target` is made; the last one of them has to make it.

        Args:
            target: The first output of a node of the graph.
            kind: The operation.
            inputs: Values by name; or numbers, which become part of the model, a list as whole ones.
            to: What the node makes; a new name when empty.
            how: Attributes of the node: a whole number, a float, or a list of whole numbers.

        Returns:
            The name of what it makes.
        """
        node = message_class("Node")()
        node.output.append(to or f"{target}_{len(self._new[target])}")
        node.op_type, node.name = kind, f"{node.output[0]}_{kind}"
        node.input.extend(value if isinstance(value, str) else self._hold(value) for value in inputs)
        for name, value in how.items():
            attribute = node.attribute.add(name=name)
            if isinstance(value, list):
                attribute.type = _INTS
                attribute.ints.extend(value)
            elif isinstance(value, float):
                attribute.f, attribute.type = value, _FLOAT
            else:
                attribute.i, attribute.type = value, _INT
        self._new[target].append(node)
        return str(node.output[0])

    def _hold(self, values: NDArray[Any] | list[int]) -> str:
        """The name of a tensor with these numbers, which is added once."""
        import numpy as np

        numbers = np.array(values, "<i8") if isinstance(values, list) else np.ascontiguousarray(values)
        tensor = message_class("Tensor")()
        tensor.data_type = next(number for number, kind in _NUMPY.items() if numbers.dtype == kind)
        tensor.dims.extend(numbers.shape)
        tensor.raw_data = numbers.tobytes()
        tensor.name = "held_" + hashlib.sha256(tensor.SerializeToString()).hexdigest()
        if tensor.name not in self.tensors:
            self.tensors[tensor.name] = tensor
            self._model.graph.initializer.append(tensor)
        return str(tensor.name)

    def replace(self) -> int:
        """Put the new nodes where what they make was made, and leave out what nothing needs any more; how many were."""
        graph = self._model.graph
        needed = {value.name for value in graph.output}
        kept = []
        for node in [new for old in reversed(graph.node) for new in reversed(self._new.get(old.output[0], [old]))]:
            if needed.isdisjoint(node.output):
                continue
            kept.append(node)
            needed.update(node.input)
            for attribute in node.attribute:
                for inner in attribute.g.node:
                    needed.update(inner.input)
        copies = message_class("Graph")()
        copies.node.extend(reversed(kept))  # copied before the originals go
        copies.initializer.extend(tensor for tensor in graph.initializer if tensor.name in needed)
        for field in ("node", "initializer"):
            graph.ClearField(field)
        graph.MergeFrom(copies)
        count = len(self._new)
        self._new.clear()
        self._look()
        return count

    def write(self) -> bytes:
        """The whole model."""
        document: bytes = self._model.SerializeToString()
        return document


@functools.cache
def message_class(name: str) -> Any:
    """The class of the messages that `_FIELDS` describes by this name."""
    from google.protobuf import message_factory

    return message_factory.GetMessageClass(_pool().FindMessageTypeByName(f"onnx_part.{name}"))


@functools.cache
def _pool() -> DescriptorPool:
    """The messages of `_FIELDS`, in a pool of their own so that no other description of ONNX is met."""
    from google.protobuf import descriptor_pb2, descriptor_pool

    proto = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name="onnx_part.proto", package="onnx_part", syntax="proto3")
    for message, described in _FIELDS.items():
        kind = file.message_type.add(name=message)
        for name, number, type_name in described:
            field = kind.field.add(name=name, number=number)
            field.label = proto.LABEL_REPEATED if type_name.startswith("*") else proto.LABEL_OPTIONAL
            plain = type_name.lstrip("*")
            if plain in _FIELDS:
                field.type, field.type_name = proto.TYPE_MESSAGE, f".onnx_part.{plain}"
            else:
                field.type = getattr(proto, f"TYPE_{plain.upper()}")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return pool

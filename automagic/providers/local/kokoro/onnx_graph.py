"""Graphs of ONNX: read, made and replaced node by node, as protobuf messages.

Of the format only the fields that are touched are described here; a protobuf message keeps all others.
"""

from __future__ import annotations

import functools
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
    "Attribute": (("name", 1, "string"), ("f", 2, "float"), ("i", 3, "int64"), ("t", 5, "Tensor"), ("g", 6, "Graph"),
                  ("ints", 8, "*int64"), ("type", 20, "int32")),
    "Value": (("name", 1, "string"),),
    "Tensor": (("dims", 1, "*int64"), ("data_type", 2, "int32"), ("float_data", 4, "*float"),
               ("int32_data", 5, "*int32"), ("name", 8, "string"), ("raw_data", 9, "bytes")),
}  # fmt: skip
_NUMPY = {1: "<f4", 2: "u1", 3: "i1", 7: "<i8"}
"""TensorProto.DataType: FLOAT, UINT8, INT8, INT64."""
_FLOAT, _INT, _TENSOR = 1, 2, 4
"""AttributeProto.AttributeType."""


def wires(graph: Any) -> tuple[dict[str, Any], dict[str, list[Any]], dict[str, Any]]:
    """Which node makes each value, which nodes use it, and the tensors that are part of the model."""
    made_by = {name: node for node in graph.node for name in node.output}
    used_by: dict[str, list[Any]] = defaultdict(list)
    for node in graph.node:
        for name in node.input:
            used_by[name].append(node)
    return made_by, used_by, {tensor.name: tensor for tensor in graph.initializer}


def replace_nodes(graph: Any, replaced: dict[str, list[Any]]) -> None:
    """Put other nodes where a node with the first output `name` was."""
    _keep_what_is_used(graph, [new for node in graph.node for new in replaced.get(node.output[0], [node])])


def node_of(kind: str, inputs: list[str], output: str, **attributes: Any) -> Any:
    """A node with one output, named after it."""
    node = message_class("Node")()
    node.op_type, node.name = kind, f"{output}_{kind}"
    node.input.extend(inputs)
    node.output.append(output)
    for name, value in attributes.items():
        attribute = node.attribute.add(name=name)
        if isinstance(value, int):
            attribute.i, attribute.type = value, _INT
        elif isinstance(value, float):
            attribute.f, attribute.type = value, _FLOAT
        else:
            attribute.t.CopyFrom(value)
            attribute.type = _TENSOR
    return node


def _keep_what_is_used(graph: Any, nodes: list[Any]) -> None:
    """Leave out nodes and tensors that nothing needs any more."""
    needed = {value.name for value in graph.output}
    kept = []
    for node in reversed(nodes):
        if needed.isdisjoint(node.output):
            continue
        kept.append(node)
        needed.update(node.input)
        for attribute in node.attribute:
            for inner in attribute.g.node:
                needed.update(inner.input)
    kept.reverse()
    copies = message_class("Graph")()
    copies.node.extend(kept)  # copied before the originals go
    del graph.node[:]
    graph.node.MergeFrom(copies.node)
    for position in range(len(graph.initializer) - 1, -1, -1):
        if graph.initializer[position].name not in needed:
            del graph.initializer[position]


def read_tensor(tensor: Any) -> NDArray[Any]:
    """Its numbers, in its shape."""
    import numpy as np

    kind = np.dtype(_NUMPY[tensor.data_type])
    if tensor.raw_data:
        values = np.frombuffer(tensor.raw_data, kind)
    else:
        values = np.array(tensor.float_data if kind.kind == "f" else tensor.int32_data, kind)
    return values.reshape(tuple(tensor.dims))


def tensor_of(name: str, values: NDArray[Any]) -> Any:
    """A tensor of floats, or of whole numbers with 64 bits."""
    kind = 1 if values.dtype.kind == "f" else 7
    tensor = message_class("Tensor")()
    tensor.name, tensor.data_type, tensor.raw_data = name, kind, values.astype(_NUMPY[kind]).tobytes()
    tensor.dims.extend(values.shape)
    return tensor


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

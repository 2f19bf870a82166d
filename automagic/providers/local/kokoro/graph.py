"""The Kokoro model made ready for this machine: optimised once, its vocoder in float where int8 is slow.

    kokoro-v1.0.int8.onnx ─▶ [float vocoder] ─▶ whole norms ─▶ [short snakes]
                          ─▶ onnxruntime's own optimisation ─▶ prepared-….onnx

The int8 model multiplies 8-bit numbers, which needs instructions for it (VNNI, AMX, Arm's dot product). Without them
onnxruntime emulates each, and a float convolution takes a quarter less time; it also sounds a little cleaner, since the
signal is not rounded to 256 steps before each layer. The weights stay the ones of the model.

    x ─▶ DynamicQuantizeLinear ─▶ ConvInteger ─▶ [Add bias] ─▶ Cast ─▶ Mul scale ─▶ y       becomes
    x ─▶ Unsqueeze ─▶ Conv (weights and bias in float) ─▶ Squeeze ─▶ y

The convolution is that of a picture which is one pixel high: for pictures onnxruntime keeps channels in blocks, where
for a row of samples it would write each of them out as often as the kernel is long. That is a sixth of the time.

Only the vocoder is changed: it does nine tenths of the arithmetic with a quarter of the weights (57 MB in float).
Likewise each of the 64 instance norms, spelled out in seven operations that all pass over the whole signal, becomes
the one that it is. In a vocoder in float each of the 48 snakes, y + sin(ay)^2 / a of a norm's y = gx + b, becomes
(v - cos v + 1) / 2a with v = 2ay: the norm yields v, and the weights of the convolution that follows take the division.
That is four passes over the signal instead of eight, and a tenth of the time.

`onnx_graph.py` has what holds for any graph.
"""

from __future__ import annotations

import functools
import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automagic.errors import ConfigurationError, ResourceError
from automagic.providers.local.kokoro.onnx_graph import (
    message_class,
    node_of,
    read_tensor,
    replace_nodes,
    tensor_of,
    wires,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

VOCODER = "generator"
"""Part of the name of each node that belongs to it."""

_HEIGHT = "vocoder_height"
"""The axis of a picture one pixel high, in (sample, channel, height, time)."""
_SIGNAL, _ONE = "vocoder_signal", "vocoder_one"
"""All axes of a signal but its channels, in (sample, channel, time); and the number."""
REVISION = 4
"""Of what is done to the graph here."""
_FAST_INT8 = frozenset({"avx512_vnni", "avx_vnni", "amx_int8", "asimddp", "i8mm"})


def prepare(model: Path) -> Path:
    """The prepared form of a model file, which is made when it is not there yet (2 s); it loads twice as fast.

    Raises:
        ConfigurationError: The model cannot be read as what it should be.
        ResourceError: There is no room for it.
    """
    import onnxruntime

    target = model.with_name(f"prepared-{model.stem}-{arithmetic()}-{onnxruntime.__version__}-{REVISION}.onnx")
    if target.is_file():
        return target
    partial = target.with_name(f"{target.name}.{os.getpid()}.partial")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    # What holds for any processor; the rest is done when it is loaded.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(partial)
    data = rewrite(model.read_bytes(), float_vocoder=not has_fast_int8())
    try:
        onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        partial.replace(target)
    except OSError as error:
        raise ResourceError(
            f"the Kokoro model cannot be prepared in {model.parent}: {error.strerror}", hint="Free some space."
        ) from error
    except Exception as error:
        raise ConfigurationError(
            f"the Kokoro model cannot be loaded: {error}", hint="Run `automagic models verify`."
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    for old in model.parent.glob(f"prepared-{model.stem}-*.onnx"):
        if old != target:
            old.unlink(missing_ok=True)
    return target


def arithmetic() -> str:
    """In what numbers the vocoder works here: part of what shapes the sound."""
    return "int8" if has_fast_int8() else "float32"


@functools.cache
def has_fast_int8() -> bool:
    """Whether this processor multiplies 8-bit numbers faster than floats."""
    if platform.system() == "Linux":
        words = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").split()
        return not _FAST_INT8.isdisjoint(words)
    return platform.machine().lower() in {"arm64", "aarch64"}


def rewrite(model: bytes, *, float_vocoder: bool) -> bytes:
    """The model with whole norms, and with float convolutions and short snakes in its vocoder where they are wanted.

    Args:
        model: An ONNX file whose convolutions were quantised dynamically.

    Raises:
        ConfigurationError: It does not hold what is expected.
    """
    from google.protobuf.message import DecodeError

    document = message_class("Model")()
    try:
        document.ParseFromString(model)
        found = bool(document.graph.node) and (not float_vocoder or _float_convolutions(document.graph) > 0)
        _fuse_norms(document.graph)
        if float_vocoder:
            _shorten_snakes(document.graph)
    except (DecodeError, KeyError, IndexError, ValueError) as error:
        raise ConfigurationError(
            f"the Kokoro model cannot be loaded: it has an unexpected shape: {error}",
            hint="Run `automagic models verify`.",
        ) from error
    if not found:
        raise ConfigurationError(
            "the Kokoro model cannot be loaded: it holds no vocoder", hint="Run `automagic models verify`."
        )
    result: bytes = document.SerializeToString()
    return result


def _float_convolutions(graph: Any) -> int:
    """Replace the vocoder's convolutions; how many there were."""
    import numpy as np

    made_by, used_by, tensors = wires(graph)
    replaced: dict[str, list[Any]] = {}
    for node in graph.node:
        if node.op_type != "ConvInteger" or VOCODER not in node.name:
            continue
        source, weights, _, zero_point = node.input
        following = used_by[node.output[0]][0]
        bias = ""
        if following.op_type == "Add":
            bias = _float_bias(following, made_by)
            following = used_by[following.output[0]][0]
        scaling = used_by[following.output[0]][0]
        if (following.op_type, scaling.op_type) != ("Cast", "Mul"):
            raise ValueError(f"{node.name} is followed by {following.op_type}, {scaling.op_type}")
        scale = next(name for name in made_by[scaling.input[1]].input if name in tensors)
        values = (
            read_tensor(tensors[weights]).astype(np.float32) - read_tensor(tensors[zero_point]).astype(np.float32)
        ) * read_tensor(tensors[scale])
        replaced[scaling.output[0]] = _convolution(
            node, made_by[source].input[0], weights + "_float", bias, scaling.output[0]
        )
        graph.initializer.append(tensor_of(weights + "_float", values[:, :, np.newaxis]))
    graph.initializer.append(tensor_of(_HEIGHT, np.array([2])))
    replace_nodes(graph, replaced)
    return len(replaced)


def _fuse_norms(graph: Any) -> None:
    """Make one InstanceNormalization of (x - mean) / sqrt(mean of squares + epsilon) over the signal's length.

    Its scale of 1 and shift of 0, for as many channels as x has, are made where they are used.
    """
    made_by, used_by, tensors = wires(graph)

    def maker(name: str, kind: str) -> Any | None:
        node = made_by.get(name)
        return node if node is not None and node.op_type == kind else None

    replaced: dict[str, list[Any]] = {}
    for root in graph.node:
        if root.op_type != "Sqrt" or (sum_ := maker(root.input[0], "Add")) is None:
            continue
        variance = maker(sum_.input[0], "ReduceMean")
        square = maker(variance.input[0], "Mul") if variance is not None else None
        centred = maker(square.input[0], "Sub") if square is not None and len(set(square.input)) == 1 else None
        division = used_by[root.output[0]][0]
        if centred is None or maker(centred.input[1], "ReduceMean") is None or sum_.input[1] not in tensors:
            continue
        if division.op_type != "Div" or division.input[0] != centred.output[0]:
            continue
        epsilon = float(read_tensor(tensors[sum_.input[1]]).item())
        replaced[division.output[0]] = _norm(centred.input[0], division.output[0], epsilon)
    replace_nodes(graph, replaced)


def _shorten_snakes(graph: Any) -> None:
    """Make (v - cos v + 1) / 2a, with v = 2ay out of the norm itself, of y + sin(ay)^2 / a for y = gx + b.

    The division goes into the weights of the convolution that follows, channel by channel. The one is added before it,
    since the convolution pads with zeros.
    """
    import numpy as np

    made_by, used_by, tensors = wires(graph)
    replaced: dict[str, list[Any]] = {}
    for sine in graph.node:
        if sine.op_type != "Sin" or (inner := made_by[sine.input[0]]).input[0] not in tensors:
            continue
        alpha = read_tensor(tensors[inner.input[0]]).reshape(-1)
        shifted = made_by[inner.input[1]]
        scaled = made_by[shifted.input[0]]
        gain, norm = (made_by[name] for name in scaled.input)
        square = used_by[sine.output[0]][0]
        snake = used_by[used_by[square.output[0]][0].output[0]][0]
        unsqueezed = used_by[snake.output[0]][0]
        convolution = used_by[unsqueezed.output[0]][0]
        kinds = [node.op_type for node in (shifted, scaled, norm, square, snake, unsqueezed, convolution)]
        if kinds != ["Add", "Mul", "InstanceNormalization", "Pow", "Add", "Unsqueeze", "Conv"]:
            raise ValueError(f"{sine.name} stands between {', '.join(kinds)}")
        weights = tensors[convolution.input[1]]
        weights.CopyFrom(tensor_of(weights.name, read_tensor(weights) / (2 * alpha)[:, np.newaxis, np.newaxis]))
        target = snake.output[0]
        replaced[target] = _snake(norm, gain.output[0], shifted.input[1], alpha, target, graph)
    graph.initializer.append(tensor_of(_SIGNAL, np.array([0, 2])))
    graph.initializer.append(tensor_of(_ONE, np.array(1, np.float32)))
    replace_nodes(graph, replaced)


def _snake(norm: Any, gain: str, shift: str, alpha: NDArray[Any], target: str, graph: Any) -> list[Any]:
    """v - cos v + 1, where v is the norm's signal times `gain` plus `shift`, both (1, channels, 1), times 2 `alpha`."""
    twice, scale, bias, angle = (f"{target}_{part}" for part in ("twice_alpha", "scale", "bias", "angle"))
    graph.initializer.append(tensor_of(twice, 2 * alpha))
    epsilon = next(attribute.f for attribute in norm.attribute if attribute.name == "epsilon")
    return [
        node_of("Squeeze", [gain, _SIGNAL], f"{scale}_plain"),
        node_of("Mul", [f"{scale}_plain", twice], scale),
        node_of("Squeeze", [shift, _SIGNAL], f"{bias}_plain"),
        node_of("Mul", [f"{bias}_plain", twice], bias),
        node_of("InstanceNormalization", [norm.input[0], scale, bias], angle, epsilon=epsilon),
        node_of("Cos", [angle], f"{target}_cosine"),
        node_of("Sub", [angle, f"{target}_cosine"], f"{target}_less_one"),
        node_of("Add", [f"{target}_less_one", _ONE], target),
    ]


def _norm(source: str, target: str, epsilon: float) -> list[Any]:
    import numpy as np

    channels, scale, shift = (f"{target}_{part}" for part in ("channels", "scale", "shift"))

    def fill(name: str, value: float) -> Any:
        return node_of("ConstantOfShape", [channels], name, value=tensor_of("", np.array([value], np.float32)))

    return [
        node_of("Shape", [source], channels, start=1, end=2),
        fill(scale, 1.0),
        fill(shift, 0.0),
        node_of("InstanceNormalization", [source, scale, shift], target, epsilon=epsilon),
    ]


def _float_bias(add: Any, made_by: dict[str, Any]) -> str:
    """The name of the bias before it was divided by the scale and rounded."""
    node = made_by[add.input[1]]
    while node.op_type != "Div":
        node = made_by[node.input[0]]
    return str(node.input[0])


def _convolution(quantised: Any, source: str, weights: str, bias: str, target: str) -> list[Any]:
    """The same over a picture one pixel high."""
    node = message_class("Node")()
    node.op_type, node.name = "Conv", quantised.name + "_float"
    node.input.extend([f"{target}_high", weights, *([bias] if bias else [])])
    node.output.append(f"{target}_low")
    node.attribute.extend(quantised.attribute)
    for attribute in node.attribute:
        if attribute.name in {"kernel_shape", "strides", "dilations"}:
            attribute.ints[:] = [1, *attribute.ints]
        elif attribute.name == "pads":
            attribute.ints[:] = [0, attribute.ints[0], 0, attribute.ints[1]]
    return [
        node_of("Unsqueeze", [source, _HEIGHT], f"{target}_high"),
        node,
        node_of("Squeeze", [f"{target}_low", _HEIGHT], target),
    ]

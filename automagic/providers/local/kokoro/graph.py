"""The Kokoro model made ready once: its vocoder in float, with fewer multiplications and fewer passes over its signals.

    kokoro-v1.0.int8.onnx ─▶ whole norms ─▶ float vocoder ─▶ onnxruntime's own optimisation ─▶ prepared-…/

The vocoder does nine tenths of the arithmetic with a quarter of the weights. The model multiplies 8-bit numbers there:

    x ─▶ DynamicQuantizeLinear ─▶ ConvInteger ─▶ Add bias ─▶ Cast ─▶ Mul scale ─▶ y

In float it sounds a little cleaner, since the signal is not rounded to 256 steps before each layer, and the long ones
of its convolutions can be taken tile by tile (`tiles.py`), in less time than 8-bit numbers take even where a processor
has instructions for them. The weights stay the ones of the model. A short convolution becomes that of a picture which
is one pixel high: for pictures onnxruntime keeps channels in blocks, where for a row of samples it would write each of
them out as often as the kernel is long.

Likewise each of the 64 instance norms, spelled out in seven operations that all pass over the whole signal, becomes
the one that it is. In the vocoder each of the 48 snakes, y + sin(ay)^2 / a of a norm's y = gx + b, becomes
(v - cos v + 1) / 2a with v = 2ay: the norm yields v, and the weights of the convolution that follows take the division.
That is four passes over the signal instead of eight.

The weights lie beside the graph, where they are mapped into memory instead of being read and copied.

`onnx_graph.py` has what holds for any graph.
"""

from __future__ import annotations

import os
import shutil
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automagic.errors import ConfigurationError, ResourceError
from automagic.providers.local.kokoro.onnx_graph import Graph
from automagic.providers.local.kokoro.tiles import TILES, put_tiles
from automagic.weights.model_files import InstallProgress, fingerprint, locked

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

VOCODER = "generator"
"""Part of the name of each node that belongs to it."""
OPTIMISED = (
    *("Level1_RuleBasedTransformer", "ConstantSharing", "CommonSubexpressionElimination", "ConstantFolding"),
    *("MatMulAddFusion", "ReshapeFusion", "GeluFusionL1", "LayerNormFusionL1", "QDQPropagationTransformer"),
    *("WeightBiasQuantization", "TransposeOptimizer", "EnsureUniqueDQForNodeUnit", "DoubleQDQPairsRemover"),
    *("PropagateCastOps", "BiasDropoutFusion", "GatherSliceToSplitFusion", "GatherToSliceFusion", "BiasSoftmaxFusion"),
    *("MatmulTransposeFusion", "Level2_RuleBasedTransformer", "ConvActivationFusion", "GemmActivationFusion"),
    *("MatMulIntegerToFloatFusion", "DynamicQuantizeMatMulFusion", "AttentionFusion", "EmbedLayerNormFusion"),
    *("GatherToSplitFusion", "SkipLayerNormFusion", "FastGeluFusion", "QuickGeluFusion", "MatMulScaleFusion"),
    *("MatMulActivationFusion", "QDQSelectorActionTransformer", "MatMulNBitsFusion", "ConvAddActivationFusion"),
    *("GeluFusionL2", "LayerNormFusionL2", "BiasGeluFusion", "SimplifiedLayerNormFusion", "QDQFinalCleanupTransformer"),
)
"""ONNX Runtime's optimisations that hold for any processor, as its levels 1 and 2 name them: it makes them here, and
would look for a third of the loading time for what is left of them. A name that it does not know changes nothing."""
LARGE_BYTES = 4096
"""Weights from this size on lie in a file of their own."""
REVISION = 6
"""Of what is done to the graph here, and of how it is kept."""
SOUND = "vocoder in float32, revision 4"
"""What of it is heard: part of the key of what was spoken, and so only changed with the sound. Revisions 5 and 6 differ
from 4 by less than rounding to 16 bits does."""


def prepare(model: Path, on_progress: Callable[[InstallProgress], None] | None = None) -> Path:
    """The prepared form of a model file, which is made when it is not there yet (3 s) and loads without this work.

    It is a folder of two files; the one that this gives is the graph, and names the other.

    Args:
        model: As the manifest names it, in its folder.
        on_progress: Is told how far it is, in bytes of the prepared files, when it is made now.

    Raises:
        ConfigurationError: The model cannot be read as what it should be.
        ResourceError: There is no room for it.
    """
    import onnxruntime

    content = fingerprint("kokoro", model.name)
    target = model.with_name(f"prepared-{content}-{onnxruntime.__version__}-{REVISION}") / "model.onnx"
    if not target.is_file():
        with locked(model.parent):
            if not target.is_file():  # another process may have made it meanwhile
                _make(model, target, on_progress or (lambda _: None))
    return target


def _make(model: Path, target: Path, on_progress: Callable[[InstallProgress], None]) -> None:
    """Make it, and remove what older versions made. The caller holds the lock, so the partial name is fixed."""
    import onnxruntime

    partial = model.with_name(f".{model.name}.prepared.partial")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    # What holds for any processor; the rest is done when it is loaded.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(partial / target.name)
    apart = "session.optimized_model_external_initializers"
    options.add_session_config_entry(f"{apart}_file_name", "weights")
    options.add_session_config_entry(f"{apart}_min_size_in_bytes", str(LARGE_BYTES))
    name = target.parent.name
    on_progress(InstallProgress("kokoro", name, 0, model.stat().st_size))
    data = rewrite(model.read_bytes())
    on_progress(InstallProgress("kokoro", name, len(data) // 2, len(data)))
    try:
        _remove(partial)
        partial.mkdir()
        onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        for path in partial.iterdir():
            with path.open("rb") as written:
                os.fsync(written.fileno())
        for old in model.parent.glob("prepared-*"):  # a damaged one of this version too
            _remove(old)
        partial.replace(target.parent)
    except OSError as error:
        raise ResourceError(
            f"the Kokoro model cannot be prepared in {model.parent}: {error.strerror}", hint="Free some space."
        ) from error
    except Exception as error:
        raise ConfigurationError(
            f"the Kokoro model cannot be loaded: {error}", hint="Run `automagic models verify`."
        ) from error
    finally:
        _remove(partial)
    size_bytes = sum(path.stat().st_size for path in target.parent.iterdir())
    on_progress(InstallProgress("kokoro", name, size_bytes, size_bytes))


def _remove(path: Path) -> None:
    """Remove what was prepared: a folder, or the single file of older versions."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def rewrite(model: bytes) -> bytes:
    """The model with whole norms, and with short snakes and convolutions in float in its vocoder.

    Args:
        model: An ONNX file whose convolutions were quantised dynamically.

    Raises:
        ConfigurationError: It does not hold what is expected.
    """
    from google.protobuf.message import DecodeError

    try:
        graph = Graph(model)
        _fuse_norms(graph)
        graph.replace()
        _float_convolutions(graph)
        found = graph.replace()
    except (DecodeError, KeyError, IndexError, ValueError) as error:
        raise ConfigurationError(
            f"the Kokoro model cannot be loaded: it has an unexpected shape: {error}",
            hint="Run `automagic models verify`.",
        ) from error
    if not found:
        raise ConfigurationError(
            "the Kokoro model cannot be loaded: it holds no vocoder", hint="Run `automagic models verify`."
        )
    return graph.write()


def _fuse_norms(graph: Graph) -> None:
    """Make one InstanceNormalization of (x - mean) / sqrt(mean of squares + epsilon) over the signal's length.

    Its scale of 1 and shift of 0, for as many channels as x has, are made where they are used.
    """
    import numpy as np

    for division in graph.nodes:
        if division.op_type != "Div":
            continue
        match graph.behind(division, "Sqrt", "Add", "ReduceMean", "Mul", "Sub", "ReduceMean"):
            case [_, sum_, _, _, centred, _] if division.input[0] == centred.output[0]:
                target = division.output[0]
                channels = graph.put(target, "Shape", centred.input[0], start=1, end=2)
                scale, shift = (
                    graph.put(target, "Expand", np.array([value], np.float32), channels) for value in (1, 0)
                )
                epsilon = float(graph.read(sum_.input[1]).item())
                graph.put(target, "InstanceNormalization", centred.input[0], scale, shift, to=target, epsilon=epsilon)


def _float_convolutions(graph: Graph) -> None:
    """Replace the vocoder's convolutions, with the snakes before them."""
    import numpy as np

    for node in graph.nodes:
        if node.op_type != "ConvInteger" or VOCODER not in node.name:
            continue
        biased, _, scaling = graph.ahead(node, "Add", "Cast", "Mul")
        target = scaling.output[0]
        weights, zero = graph.read(node.input[1]), int(graph.read(node.input[3]).item())
        scale = next(graph.read(name) for name in graph.made_by[scaling.input[1]].input if name in graph.tensors)
        signal, divisor = _short_snake(graph, target, graph.made_by[node.input[0]].input[0], weights.shape[1])
        scales = (scale / divisor).astype(np.float32)
        bias = _float_bias(graph, biased)
        layout = {attribute.name: list(attribute.ints) for attribute in node.attribute if attribute.ints}
        if (weights.shape[1], weights.shape[2]) in TILES:
            result = put_tiles(graph, target, signal, weights, scales, zero, layout["dilations"][0])
            graph.put(target, "Add", result, graph.put(target, "Reshape", bias, [1, -1, 1]), to=target)
        else:
            floats = (weights.astype(np.float32) - zero) * scales[:, np.newaxis]
            _put_picture(graph, target, signal, floats, bias, layout)


def _short_snake(graph: Graph, target: str, signal: str, channels: int) -> tuple[str, NDArray[Any]]:
    """Add v - cos v + 1, with v = 2ay out of the norm itself, for y + sin(ay)^2 / a of y = gx + b.

    Returns:
        The name of the result, and what it is to be divided by, channel by channel; the signal itself and 1 where it
        is no snake.
    """
    import numpy as np

    put = partial(graph.put, target)
    snake = graph.made_by[signal]
    way = graph.behind(snake, "Mul", "Pow", "Sin", "Mul", "Add", "Mul", "InstanceNormalization")
    if len(way) < 7:
        return signal, np.ones(channels, np.float32)
    inner, shifted, scaled, norm = way[3:]
    twice = 2 * graph.read(next(name for name in inner.input if name in graph.tensors)).reshape(-1)
    gain = next(name for name in scaled.input if name != norm.output[0])
    shift = next(name for name in shifted.input if name != scaled.output[0])
    scale, bias = (put("Mul", put("Squeeze", name, [0, 2]), twice) for name in (gain, shift))
    epsilon = next(attribute.f for attribute in norm.attribute if attribute.name == "epsilon")
    angle = put("InstanceNormalization", norm.input[0], scale, bias, epsilon=epsilon)
    return put("Add", put("Sub", angle, put("Cos", angle)), np.array(1, np.float32)), twice


def _float_bias(graph: Graph, add: Any) -> str:
    """The name of the bias before it was divided by the scale and rounded."""
    node = graph.made_by[add.input[1]]
    while node.op_type != "Div":
        node = graph.made_by[node.input[0]]
    return str(node.input[0])


def _put_picture(
    graph: Graph, target: str, signal: str, weights: NDArray[Any], bias: str, layout: dict[str, list[int]]
) -> None:
    """Add the convolution of a picture that is one pixel high."""
    before, after = layout["pads"]
    steps: dict[str, Any] = {name: [1, *layout[name]] for name in ("strides", "dilations")}
    high = graph.put(target, "Unsqueeze", signal, [2])
    low = graph.put(target, "Conv", high, weights[:, :, None], bias, pads=[0, before, 0, after], **steps)
    graph.put(target, "Squeeze", low, [2], to=target)

#!/usr/bin/env bash
# onnxruntime 1.31.1: what opening a model costs grows with the square of its nodes where no value has the size of another
# that is dead, as in networks of speech whose sentences may have any length. The planner of memory (`enable_mem_reuse`,
# on by default) compares each value with all that died before it. Twice the nodes take four times as long to open; with
# the option off, twice as long, and the answers are the same.
#
# Prints CPU seconds of opening a chain of 1,000 and of 2,000 nodes; exits 1 when the option makes less than a factor of 5.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    onnxruntime==1.31.1 onnx==1.19.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PY'
import sys
import time

import numpy as np
import onnxruntime
from onnx import TensorProto, helper


def chain(nodes):
    """Each node's value is longer by one than the last one's."""
    steps = [
        helper.make_node("Concat", [f"v{number}", "one"], [f"v{number + 1}"], axis=0) for number in range(nodes)
    ]
    steps.append(helper.make_node("ReduceSum", [f"v{nodes}"], ["sum"], keepdims=0))
    graph = helper.make_graph(
        steps,
        "chain",
        [helper.make_tensor_value_info("v0", TensorProto.FLOAT, ["any"])],
        [helper.make_tensor_value_info("sum", TensorProto.FLOAT, [])],
        [helper.make_tensor("one", TensorProto.FLOAT, [1], [1.0])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    return model.SerializeToString()


def open_it(model, reuse):
    options = onnxruntime.SessionOptions()
    options.enable_mem_reuse = reuse
    begun = time.process_time()
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return time.process_time() - begun, session


spent, answers = {}, set()
for nodes in (1000, 2000):
    model = chain(nodes)
    for reuse in (True, False):
        spent[nodes, reuse], session = min((open_it(model, reuse) for _ in range(3)), key=lambda one: one[0])
        print(f"{nodes} nodes, reuse {reuse}: {spent[nodes, reuse]:.2f} s")
    answers.add(float(session.run(None, {"v0": np.ones(3, np.float32)})[0]) - nodes)
print("dearer by", round(spent[2000, True] / spent[2000, False]))
print("grows by", round(spent[2000, True] / spent[1000, True], 1))
sys.exit(0 if spent[2000, True] > 5 * spent[2000, False] and answers == {3.0} else 1)
PY

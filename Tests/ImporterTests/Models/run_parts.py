"""Runs a model whole and in the parts that `layerroute split` wrote, and compares what comes out.

    python run_parts.py fill MODEL FILE            # the model with random weights in the place of absent ones
    python run_parts.py compare MODEL FOLDER [NAME=SIZE ...] [INPUT:=VALUE ...]

Needs onnx and onnxruntime.
"""

import json
import pathlib
import sys

import numpy
import onnx
import onnx.helper as helper
import onnxruntime
from onnx import TensorProto, numpy_helper

random = numpy.random.default_rng(0)


def drawn(shape, kind):
    if kind in (TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.DOUBLE):
        return (random.standard_normal(shape) / 4).astype(helper.tensor_dtype_to_np_dtype(kind))
    return random.integers(0, 2, shape).astype(helper.tensor_dtype_to_np_dtype(kind))


def fill(model, file):
    model = onnx.load(model, load_external_data=False)
    tensors = list(model.graph.initializer)
    for node in model.graph.node:
        tensors += [attribute.t for attribute in node.attribute if attribute.HasField("t")]
    for tensor in tensors:
        if tensor.data_location == TensorProto.EXTERNAL:
            values = numpy_helper.from_array(drawn(list(tensor.dims), tensor.data_type), tensor.name)
            tensor.CopyFrom(values)
    onnx.save(model, file)


def session(path):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])


def inputs(whole, sizes, values):
    kinds = {f"tensor({name})": kind for name, kind in
             [("float", 1), ("int64", 7), ("int32", 6), ("float16", 10), ("bool", 9), ("uint8", 2), ("double", 11)]}
    feeds = {}
    for value in whole.get_inputs():
        def size(dimension):
            if isinstance(dimension, int):
                return dimension
            return sum(sizes[part.strip()] for part in str(dimension).split("+"))
        shape = [sizes.get(f"{value.name}[{axis}]") or size(d) for axis, d in enumerate(value.shape)]
        feeds[value.name] = drawn(shape, kinds[value.type])
        if value.name in values:
            feeds[value.name] = numpy.full(shape, values[value.name]).astype(feeds[value.name].dtype)
    return feeds


def compare(model, folder, arguments):
    values = dict(a.split(":=") for a in arguments if ":=" in a)
    sizes = {name: int(size) for name, size in (a.split("=") for a in arguments if ":=" not in a)}
    folder = pathlib.Path(folder)
    whole = session(model)
    feeds = inputs(whole, sizes, {name: float(value) for name, value in values.items()})
    names = [output.name for output in whole.get_outputs()]
    expected = dict(zip(names, whole.run(names, feeds)))
    known = {}
    manifest = json.loads((folder / "manifest.json").read_text())
    for segment in manifest["segments"]:
        part = session(folder / segment["file"])
        read = {}
        for entry in segment["inputs"]:
            # Only what the manifest says, from where it says.
            source = feeds if entry["from"] == "input" else known[entry["from"]]
            read[entry["name"]] = source[entry["name"]]
        assert {value.name for value in part.get_inputs()} == set(read), segment
        known[segment["file"]] = dict(zip(segment["outputs"], part.run(segment["outputs"], read)))
    for name in names:
        found = [outputs[name] for outputs in known.values() if name in outputs]
        assert len(found) == 1, f"{name} comes from {len(found)} parts"
        numpy.testing.assert_allclose(found[0], expected[name], rtol=1e-4, atol=1e-5, err_msg=name)
    print(f"{len(manifest['segments'])} parts, {len(names)} outputs agree")


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        fill(sys.argv[2], sys.argv[3])
    else:
        compare(sys.argv[2], sys.argv[3], sys.argv[4:])

"""Writes models with the operators of ONNX Runtime, and adds to reference.json what running them says of their tensors.

    pip install onnx onnxruntime
    python export_contributed.py

Shapes are those of the tensors that ONNX Runtime computes. The work is counted here by hand, next to each operator.
Weights are drawn at random and left out of the files, which name a file for them that does not exist.
"""

import json
import math
import pathlib

import numpy
import onnx
import onnx.helper as helper
import onnxruntime
from onnx import TensorProto, numpy_helper

HERE = pathlib.Path(__file__).parent
MICROSOFT = "com.microsoft"
random = numpy.random.default_rng(0)


class Builder:
    """A graph of operators that do not depend on each other, with the inputs to run it on."""

    def __init__(self, opset=17):
        self.nodes, self.inputs, self.weights, self.outputs = [], {}, [], []
        self.opset, self.flop = opset, 0

    def input(self, *shape, kind="float32", high=None):
        name = f"x{len(self.inputs)}"
        values = random.standard_normal(shape) if high is None else random.integers(0, high, shape)
        self.inputs[name] = numpy.asarray(values).astype(kind)
        return name

    def weight(self, *shape, kind="float32", values=None):
        name = f"w{len(self.weights)}"
        if values is None:
            values = random.standard_normal(shape) if kind.startswith("float") else random.integers(1, 5, shape)
        self.weights.append(numpy_helper.from_array(numpy.asarray(values).astype(kind), name))
        return name

    def node(self, kind, inputs, outputs=1, flop=0, domain=MICROSOFT, **attributes):
        names = [f"y{len(self.outputs) + index}" for index in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, f"{kind} {names[0]}", domain=domain, **attributes))
        self.outputs += names
        self.flop += flop
        return names

    def model(self):
        def value(name, array):
            return helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)

        graph = helper.make_graph(
            self.nodes, "operators", [value(*item) for item in self.inputs.items()],
            [onnx.ValueInfoProto(name=name) for name in self.outputs], self.weights)
        sets = [helper.make_opsetid("", self.opset), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=sets, ir_version=10)


def attention_forms():
    b = Builder()
    # Attention: batch 2, length 5, width 12, 3 heads; queries and keys of 12, values of 18, past of 4.
    x = b.input(2, 5, 12)
    b.node("Attention", [x, b.weight(12, 36), b.weight(36)], num_heads=3,
           flop=2 * 2 * 5 * 12 * 36 + 2 * 2 * 3 * 5 * 5 * (4 + 4))
    b.node("Attention", [x, b.weight(12, 42), b.weight(42)], num_heads=3, qkv_hidden_sizes=[12, 12, 18],
           flop=2 * 2 * 5 * 12 * 42 + 2 * 2 * 3 * 5 * 5 * (4 + 6))
    b.node("Attention", [x, b.weight(12, 36), b.weight(36), "", b.input(2, 2, 3, 4, 4)], 2, num_heads=3,
           flop=2 * 2 * 5 * 12 * 36 + 2 * 2 * 3 * 5 * 9 * (4 + 4))
    # MultiHeadAttention: 2 heads of 8 for queries and keys, of 6 for values.
    q, k, v = b.input(2, 5, 16), b.input(2, 7, 16), b.input(2, 7, 12)
    b.node("MultiHeadAttention", [q, k, v], num_heads=2, flop=2 * 2 * 2 * 5 * 7 * (8 + 6))
    k, v = b.input(2, 2, 7, 8), b.input(2, 2, 7, 8)
    b.node("MultiHeadAttention", [q, k, v], num_heads=2, flop=2 * 2 * 2 * 5 * 7 * (8 + 8))
    k, v, past = b.input(2, 5, 16), b.input(2, 5, 16), [b.input(2, 2, 3, 8), b.input(2, 2, 3, 8)]
    b.node("MultiHeadAttention", [q, k, v, b.weight(48), "", ""] + past, 3, num_heads=2,
           flop=2 * 2 * 2 * 5 * 8 * (8 + 8))
    # GroupQueryAttention: 4 heads of 8 that share 2 keys, past of 3, one new token.
    def grouped(query, key, value, length, past, **attributes):
        total = past + length
        cache = [b.input(2, 2, past, 8), b.input(2, 2, past, 8)]
        ends = [b.weight(values=[total - 1] * 2, kind="int32"), b.weight(values=total, kind="int32")]
        b.node("GroupQueryAttention", [query, key, value] + cache + ends, 3, num_heads=4, kv_num_heads=2,
               flop=2 * 2 * 4 * length * total * (8 + 8), **attributes)
    grouped(b.input(2, 1, 32), b.input(2, 1, 16), b.input(2, 1, 16), 1, 3)
    grouped(b.input(2, 1, 64), "", "", 1, 3)
    # QAttention: bytes in, floats out.
    scale, zero = b.weight(values=0.1), b.weight(values=128, kind="uint8")
    b.node("QAttention", [b.input(2, 5, 12, kind="uint8", high=200), b.weight(12, 36, kind="int8"), b.weight(36), scale,
                          scale, "", zero, b.weight(values=0, kind="int8")], num_heads=3,
           flop=2 * 2 * 5 * 12 * 36 + 2 * 2 * 3 * 5 * 5 * (4 + 4))
    # EmbedLayerNormalization: 30 words, 9 positions, 2 segments of width 6.
    b.node("EmbedLayerNormalization",
           [b.input(2, 5, kind="int32", high=30), b.input(2, 5, kind="int32", high=2), b.weight(30, 6), b.weight(9, 6),
            b.weight(2, 6), b.weight(6), b.weight(6), b.input(2, 5, kind="int32", high=2)], 3)
    b.node("SkipLayerNormalization", [b.input(2, 5, 6), b.input(2, 5, 6), b.weight(6), b.weight(6), b.weight(6)])
    b.node("SkipSimplifiedLayerNormalization", [b.input(2, 5, 6), b.input(2, 5, 6), b.weight(6)])
    b.node("SimplifiedLayerNormalization", [b.input(2, 5, 6), b.weight(6)], domain="", axis=-1, epsilon=1e-5)
    b.node("RotaryEmbedding", [b.input(2, 5, 16), b.input(2, 5, kind="int64", high=5), b.weight(9, 4), b.weight(9, 4)],
           num_heads=2)
    b.node("FastGelu", [b.input(2, 5, 6), b.weight(6)])
    b.node("BiasGelu", [b.input(2, 5, 6), b.weight(6)])
    b.node("QuickGelu", [b.input(2, 5, 6)])
    return b


def quantised_forms():
    b = Builder()
    scale, zero = b.weight(values=0.1), b.weight(values=3, kind="uint8")
    none = b.weight(values=0, kind="int8")
    data = b.input(2, 4, 6, 5, kind="uint8", high=200)
    last = b.input(2, 6, 5, 4, kind="uint8", high=200)
    both = [data, scale, zero, b.input(4, 1, 1, kind="uint8", high=200), scale, zero, scale, zero]
    b.node("QLinearAdd", both)
    b.node("QLinearMul", both)
    b.node("QLinearConcat", [scale, zero, data, scale, zero, b.input(2, 3, 6, 5, kind="uint8", high=200), scale, zero],
           axis=1)
    one = [data, scale, zero, scale, zero]
    b.node("QLinearSigmoid", one)
    b.node("QLinearLeakyRelu", one, alpha=0.1)
    b.node("QLinearSoftmax", one, opset=13, axis=-1)
    b.node("QLinearAveragePool", one, kernel_shape=[2, 3], strides=[2, 1])
    b.node("QLinearAveragePool", [last, scale, zero, scale, zero], kernel_shape=[2, 3], strides=[2, 1], channels_last=1)
    b.node("QLinearGlobalAveragePool", one, channels_last=0)
    b.node("QLinearGlobalAveragePool", [last, scale, zero, scale, zero], channels_last=1)
    b.node("NhwcMaxPool", [last], kernel_shape=[2, 3], strides=[2, 1])
    rows = b.input(3, 6, kind="uint8", high=200)
    right = b.weight(6, 4, kind="int8")
    other = b.weight(4, 6, kind="int8")
    b.node("QGemm", [rows, scale, zero, right, scale, none, b.weight(4, kind="int32"), scale, zero],
           flop=2 * 3 * 6 * 4)
    b.node("QGemm", [rows, scale, zero, other, scale, none], transB=1, flop=2 * 3 * 6 * 4)
    b.node("MatMulIntegerToFloat", [rows, right, scale, scale, zero, none, b.weight(4)], flop=2 * 3 * 6 * 4)
    b.node("DynamicQuantizeMatMul", [b.input(2, 3, 6), right, scale, none, b.weight(4)], flop=2 * 2 * 3 * 6 * 4)
    b.node("DynamicQuantizeLSTM",
           [b.input(7, 2, 3), b.weight(2, 3, 20, kind="int8"), b.weight(2, 5, 20, kind="int8"), b.weight(2, 40), "", "",
            "", "", b.weight(2), b.weight(2, kind="int8"), b.weight(2), b.weight(2, kind="int8")], 3,
           hidden_size=5, direction="bidirectional", flop=2 * 7 * 2 * 2 * 20 * (3 + 5))
    b.node("MatMulNBits", [b.input(2, 3, 64), b.weight(5, 2, 16, kind="uint8"), b.weight(10)], K=64, N=5, bits=4,
           block_size=32, flop=2 * 2 * 3 * 64 * 5)
    b.node("MatMulInteger", [rows, right, zero], domain="", flop=2 * 3 * 6 * 4)
    b.node("QuantizeLinear", [b.input(2, 3), scale, zero])
    b.node("DequantizeLinear", [rows, scale, zero])
    b.node("GatherBlockQuantized", [b.weight(9, 16, kind="uint8"), b.input(2, 3, kind="int64", high=9), b.weight(9, 1)],
           bits=4, block_size=32, gather_axis=0, quantize_axis=1)
    return b


def fused_forms():
    b = Builder()
    x = b.input(2, 4, 6, 5)
    b.node("FusedConv", [x, b.weight(3, 4, 3, 3), b.weight(3)], activation="Relu", pads=[1, 1, 1, 1],
           flop=2 * 2 * 3 * 6 * 5 * 4 * 9)
    b.node("FusedConv", [x, b.weight(3, 4, 3, 3), b.weight(3), b.input(2, 3, 4, 3)], activation="Relu",
           flop=2 * 2 * 3 * 4 * 3 * 4 * 9)
    b.node("FusedGemm", [b.input(3, 6), b.weight(6, 4), b.weight(4)], activation="Relu", flop=2 * 3 * 6 * 4)
    b.node("FusedMatMul", [b.input(2, 3, 6), b.input(2, 6, 4)], flop=2 * 2 * 3 * 6 * 4)
    b.node("FusedMatMul", [b.input(2, 6, 3), b.input(2, 4, 6)], transA=1, transB=1, alpha=0.5, flop=2 * 2 * 3 * 6 * 4)
    # The first axis takes the place of the one before the last: 3 x 2 x 5 x 6 is a stack of 2 x 5 matrices of 3 x 6.
    b.node("FusedMatMul", [b.input(3, 2, 5, 6), b.input(2, 5, 6, 4)], transBatchA=1, flop=2 * 2 * 5 * 3 * 6 * 4)
    b.node("FusedMatMul", [b.input(3, 2, 5, 6), b.input(6, 2, 5, 4)], transBatchA=1, transBatchB=1,
           flop=2 * 2 * 5 * 3 * 6 * 4)
    b.node("FusedMatMul", [b.input(6, 2, 5, 3), b.input(2, 5, 6, 4)], transBatchA=1, transA=1,
           flop=2 * 2 * 5 * 3 * 6 * 4)
    b.node("Gelu", [x])
    return b


def standard_forms():
    """Operators of opset 23 and 24."""
    b = Builder(opset=23)
    q, k, v = b.input(2, 4, 5, 8), b.input(2, 2, 7, 8), b.input(2, 2, 7, 6)
    b.node("Attention", [q, k, v], domain="", flop=2 * 2 * 4 * 5 * 7 * (8 + 6))
    q, k, v = b.input(2, 5, 32), b.input(2, 5, 16), b.input(2, 5, 12)
    past = [b.input(2, 2, 3, 8), b.input(2, 2, 3, 6)]
    b.node("Attention", [q, k, v, ""] + past, 3, domain="", q_num_heads=4, kv_num_heads=2,
           flop=2 * 2 * 4 * 5 * 8 * (8 + 6))
    b.node("RMSNormalization", [b.input(2, 5, 6), b.weight(6)], domain="")
    b.node("RotaryEmbedding", [b.input(2, 4, 5, 8), b.weight(9, 4), b.weight(9, 4), b.input(2, 5, kind="int64", high=9)],
           domain="")
    shape = b.input(2, 4, 5, 8)
    b.node("Shape", [shape], domain="", start=1)
    b.node("Shape", [shape], domain="", start=-3, end=-1)
    b.node("Shape", [shape], domain="", end=2)
    return b


# MARK: Writing


def executed_types(builder):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(builder.model().SerializeToString(), options, ["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    values = session.run(names, builder.inputs)
    return {
        name: [helper.np_dtype_to_tensor_dtype(value.dtype), list(value.shape)] for name, value in zip(names, values)
    }


def strip(tensor):
    """Leaves out the elements of all but the smallest tensors, from which shapes may follow."""
    if math.prod(tensor.dims) <= 4:
        return
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="absent.weights")


def main():
    references = json.loads((HERE / "reference.json").read_text())
    for make in (attention_forms, quantised_forms, fused_forms, standard_forms):
        builder = make()
        floats = [t for t in builder.weights if t.data_type == TensorProto.FLOAT]
        references[make.__name__] = {
            "sizes": {}, "multiplyAddFLOP": builder.flop, "parameters": sum(math.prod(t.dims) for t in floats),
            "tensors": executed_types(builder),
        }
        model = builder.model()
        for tensor in model.graph.initializer:
            strip(tensor)
        (HERE / f"{make.__name__}.onnx").write_bytes(model.SerializeToString())
        print(f"{make.__name__}: {len(model.graph.node)} nodes")
    lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in references.items()]
    (HERE / "reference.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()

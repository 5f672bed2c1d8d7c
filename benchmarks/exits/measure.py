#!/usr/bin/env python3
"""Measures the blocks of ResNet-18 with early exits under ONNX Runtime: seconds by block and batch size, as CSV.

The network is ResNet-18 (He et al., CVPR 2016) for images of 224 x 224. Behind each of its four stages there is an exit:
global average pooling and a linear classifier of 1000 classes, as in BranchyNet (Teerapittayanon et al., ICPR 2016) and its
successors. A block is a stage with its exit; the first one has the stem as well. The weights are random, because times do
not depend on them; so the file says nothing about accuracies. Normalisation is folded into the convolutions.

    python3 -m venv venv && venv/bin/pip install numpy onnx onnxruntime
    venv/bin/python measure.py --largest 16 --repetitions 7 > resnet18.csv

Each time is processor time of the one thread that computes, which is the time on an idle machine, and the least of the
repetitions, after one that does not count, because whatever else the machine does only adds to it. The batch sizes are
measured in turn, so that what slows the machine down for a while does not fall on one of them.
"""

import argparse
import platform
import sys
import time

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

STAGES = [("stage 1", 64, 64, 1), ("stage 2", 64, 128, 2), ("stage 3", 128, 256, 2), ("stage 4", 256, 512, 2)]
CLASSES = 1000


class Graph:
    """The nodes and weights of a block under construction."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.nodes, self.weights = [], []

    def weight(self, *shape):
        name = f"w{len(self.weights)}"
        fan_in = max(1, int(np.prod(shape[1:])))
        values = self.random.normal(0, fan_in**-0.5, shape).astype(np.float32)
        self.weights.append(numpy_helper.from_array(values, name))
        return name

    def node(self, operator, *inputs, **attributes):
        name = f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def convolution(self, x, channels_in, channels_out, kernel, stride):
        pad = kernel // 2
        return self.node(
            "Conv", x, self.weight(channels_out, channels_in, kernel, kernel), self.weight(channels_out),
            kernel_shape=[kernel, kernel], strides=[stride, stride], pads=[pad] * 4)

    def basic_block(self, x, channels_in, channels_out, stride):
        y = self.node("Relu", self.convolution(x, channels_in, channels_out, 3, stride))
        y = self.convolution(y, channels_out, channels_out, 3, 1)
        if stride != 1 or channels_in != channels_out:
            x = self.convolution(x, channels_in, channels_out, 1, stride)
        return self.node("Relu", self.node("Add", x, y))

    def exit(self, x, channels):
        pooled = self.node("Flatten", self.node("GlobalAveragePool", x))
        return self.node("Gemm", pooled, self.weight(channels, CLASSES), self.weight(CLASSES))


def block(index):
    """A block as a model, with the shape of its input for one task."""
    _, channels_in, channels_out, stride = STAGES[index]
    graph = Graph(seed=index)
    if index == 0:
        shape, x = (3, 224, 224), "x"
        x = graph.node("Relu", graph.convolution(x, 3, 64, 7, 2))
        x = graph.node("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
    else:
        shape, x = (channels_in, 112 >> index, 112 >> index), "x"
    x = graph.basic_block(x, channels_in, channels_out, stride)
    x = graph.basic_block(x, channels_out, channels_out, 1)
    outputs = [x] if index + 1 < len(STAGES) else []
    outputs.append(graph.exit(x, channels_out))
    model = helper.make_model(
        helper.make_graph(
            graph.nodes, STAGES[index][0],
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", *shape])],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
            graph.weights),
        opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return model, shape


def processor():
    try:
        with open("/proc/cpuinfo") as lines:
            return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def main():
    parser = argparse.ArgumentParser(description="Measure ResNet-18 with early exits, block by block.")
    parser.add_argument("--largest", type=int, default=16, help="the largest batch")
    parser.add_argument("--repetitions", type=int, default=7)
    arguments = parser.parse_args()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    random = np.random.default_rng(0)
    print("block,batch,seconds")
    for index, (name, *_) in enumerate(STAGES):
        model, shape = block(index)
        session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        images = random.normal(size=(arguments.largest, *shape)).astype(np.float32)
        times = {batch: [] for batch in range(1, arguments.largest + 1)}
        for repetition in range(arguments.repetitions + 1):
            for batch in times:
                start = time.process_time()
                session.run(None, {"x": images[:batch]})
                if repetition > 0:
                    times[batch].append(time.process_time() - start)
        for batch, seconds in times.items():
            print(f"{name},{batch},{min(seconds):.6f}", flush=True)
    print(
        f"{processor()}, 1 thread; ONNX Runtime {onnxruntime.__version__}, "
        f"onnx {onnx.__version__}, NumPy {np.__version__}, Python {platform.python_version()}, "
        f"{platform.system()} {platform.machine()}; least of {arguments.repetitions}",
        file=sys.stderr)


if __name__ == "__main__":
    main()

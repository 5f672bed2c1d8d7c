"""Writes the models of this folder and reference.json: what running them says of their tensors.

    pip install onnx onnxruntime onnxscript torch torchvision transformers
    python export_onnx.py            # the small models that are kept here
    python export_onnx.py FOLDER     # whole families, to try the importer on by hand

Shapes are those of the tensors that ONNX Runtime computes; where onnx's own shape inference knows one, it must agree.
Weights are left out: the files name a file for them that does not exist. Everything is drawn at random.
"""

import json
import math
import pathlib
import sys
import tempfile
import warnings

import numpy
import onnx
import onnx.helper as helper
import onnxruntime
import torch
import torchvision
import transformers
from onnx import TensorProto, numpy_helper, shape_inference

warnings.filterwarnings("ignore")
torch.manual_seed(0)
# The exporter by tracing does not know the fused attention.
torch.backends.mha.set_fastpath_enabled(False)
HERE = pathlib.Path(__file__).parent


class Sample:
    """A model with inputs to run it on, and sizes for its open dimensions."""

    def __init__(self, model, feeds, sizes=None):
        self.model, self.feeds, self.sizes = model, feeds, sizes or {}


# MARK: What is known of a model


def tensors_of(graph):
    return [name for node in graph.node for name in node.output if name]


def executed_types(sample):
    """Element type and shape of every tensor, by running the model with all of them as outputs."""
    model = onnx.ModelProto()
    model.CopyFrom(sample.model)
    known = {output.name for output in model.graph.output}
    model.graph.output.extend(onnx.ValueInfoProto(name=n) for n in tensors_of(model.graph) if n not in known)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    values = session.run(names, sample.feeds)
    return {
        name: [helper.np_dtype_to_tensor_dtype(value.dtype), list(value.shape)]
        for name, value in zip(names, values)
        if value is not None
    }


def with_fixed_inputs(sample):
    """The model with the shapes of its inputs as they are fed."""
    model = onnx.ModelProto()
    model.CopyFrom(sample.model)
    del model.graph.value_info[:]
    for value in model.graph.input:
        if value.name in sample.feeds:
            shape = value.type.tensor_type.shape
            for dim, size in zip(shape.dim, sample.feeds[value.name].shape):
                dim.dim_value = size
    for value in model.graph.output:
        value.type.tensor_type.ClearField("shape")
    return model


def inferred_types(sample):
    """What onnx infers, where it knows every dimension."""
    inferred = shape_inference.infer_shapes(with_fixed_inputs(sample), data_prop=True)
    known = {}
    for value in list(inferred.graph.value_info) + list(inferred.graph.output):
        tensor = value.type.tensor_type
        if tensor.HasField("shape") and all(dim.HasField("dim_value") for dim in tensor.shape.dim):
            known[value.name] = [tensor.elem_type, [dim.dim_value for dim in tensor.shape.dim]]
    return known


def multiply_add_flop(model, shapes):
    """2 FLOP a multiply-accumulate of the operators that are products."""
    total = 0
    for node in model.graph.node:
        ins, out = [shapes.get(name) for name in node.input], shapes.get(node.output[0])
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        if node.op_type == "Conv":
            total += 2 * math.prod(out) * math.prod(ins[1][1:])
        elif node.op_type == "ConvTranspose":
            total += 2 * math.prod(ins[0]) * math.prod(ins[1][1:])
        elif node.op_type == "Gemm":
            total += 2 * math.prod(out) * ins[0][0 if attributes.get("transA") else 1]
        elif node.op_type == "MatMul":
            total += 2 * math.prod(out) * ins[0][-1]
        elif node.op_type in ("LSTM", "GRU", "RNN"):
            steps, batch = ins[0][:2]
            gates = {"LSTM": 4, "GRU": 3, "RNN": 1}[node.op_type]
            total += 2 * steps * batch * ins[2][0] * gates * ins[2][2] * (ins[0][2] + ins[2][2])
        elif node.op_type == "Einsum":
            left, right = attributes["equation"].decode().replace(" ", "").split("->")[0].split(",")
            sizes = dict(zip(left, ins[0])) | dict(zip(right, ins[1]))
            total += 2 * math.prod(sizes.values())
    return total


def float_elements(model):
    floats = (TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.DOUBLE, TensorProto.BFLOAT16)
    return sum(math.prod(t.dims) for t in model.graph.initializer if t.data_type in floats)


def reference(sample):
    types = executed_types(sample)
    for name, known in inferred_types(sample).items():
        if types.get(name, known) != known:
            print(f"  onnx infers {known} for {name}, which has {types[name]}")
    shapes = {name: shape for name, (_, shape) in types.items()}
    shapes |= {tensor.name: list(tensor.dims) for tensor in sample.model.graph.initializer}
    shapes |= {name: list(value.shape) for name, value in sample.feeds.items()}
    return {
        "sizes": sample.sizes,
        "multiplyAddFLOP": multiply_add_flop(sample.model, shapes),
        "parameters": float_elements(sample.model),
        "tensors": types,
    }


# MARK: Writing


def strip(tensor):
    """Leaves out the elements of all but small tensors of integers, from which shapes may follow."""
    is_small = math.prod(tensor.dims) <= 64
    if is_small and tensor.data_type not in (TensorProto.FLOAT, TensorProto.FLOAT16):
        return
    if math.prod(tensor.dims) <= 4:
        return
    for field in ("raw_data", "float_data", "int32_data", "int64_data", "double_data", "uint64_data"):
        tensor.ClearField(field)
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="absent.weights")


def write(sample, path):
    model = onnx.ModelProto()
    model.CopyFrom(sample.model)
    for tensor in model.graph.initializer:
        strip(tensor)
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
        for attribute in node.attribute:
            if attribute.HasField("t"):
                strip(attribute.t)
    del model.graph.value_info[:]
    del model.metadata_props[:]
    del model.graph.metadata_props[:]
    path.write_bytes(model.SerializeToString())


def write_all(samples, folder):
    folder.mkdir(parents=True, exist_ok=True)
    references = {}
    for name, make in samples.items():
        try:
            sample = make()
            references[name] = reference(sample)
            write(sample, folder / f"{name}.onnx")
            print(f"{name}: {len(sample.model.graph.node)} nodes, {(folder / f'{name}.onnx').stat().st_size} bytes")
        except Exception as error:
            print(f"{name}: {type(error).__name__}: {str(error)[:300]}")
            if folder == HERE:
                raise
        # After each, because whole families take long.
        lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in references.items()]
        (folder / "reference.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


# MARK: Exporting


def exported(module, inputs, names, open_dimensions=None, sizes=None, new=False, opset=17, wants_dictionary=False):
    """A torch module as PyTorch's exporter writes it: the one by tracing, or the new one."""
    module = module.eval()
    with tempfile.TemporaryDirectory() as folder:
        path = str(pathlib.Path(folder) / "model.onnx")
        arguments = (tuple(inputs), path)
        options = {"input_names": names, "dynamo": new, "opset_version": opset}
        if open_dimensions and new:
            options["dynamic_shapes"] = [
                {axis: torch.export.Dim(name) for axis, name in open_dimensions.get(n, {}).items()} for n in names
            ]
        elif open_dimensions:
            options["dynamic_axes"] = open_dimensions
        with torch.no_grad():
            torch.onnx.export(module, *arguments, **options)
        model = onnx.load(path)
    used = [value.name for value in model.graph.input]
    feeds = {name: value.numpy() for name, value in zip(names, inputs) if name in used}
    return Sample(model, feeds, sizes)


class Only(torch.nn.Module):
    """One of the results of a module that returns several."""

    def __init__(self, module, pick, **arguments):
        super().__init__()
        self.module, self.pick, self.arguments = module, pick, arguments

    def forward(self, first, second=None):
        inputs = [first] if second is None else [first, second]
        return self.pick(self.module(*inputs, **self.arguments))


def image(size, batch=1):
    return [torch.randn(batch, 3, size, size)]


def vision(model, size=64, **options):
    return lambda: exported(model(), image(size), ["image"], **options)


def tokens(batch, length, vocabulary=100):
    return torch.randint(0, vocabulary, (batch, length))


def bert(layers=2, hidden=32, heads=2, **options):
    config = transformers.BertConfig(
        vocab_size=100, hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=heads,
        intermediate_size=4 * hidden, max_position_embeddings=64)
    config._attn_implementation = options.pop("attention", "eager")
    model = Only(transformers.BertModel(config), lambda result: result[0], return_dict=False)
    dimensions = {n: {0: "batch", 1: "length"} for n in ("tokens", "mask")}
    return lambda: exported(
        model, [tokens(2, 16), torch.ones(2, 16, dtype=torch.int64)], ["tokens", "mask"], dimensions,
        {"batch": 2, "length": 16}, **options)


def gpt(layers=2, hidden=32, heads=2, **options):
    config = transformers.GPT2Config(
        vocab_size=100, n_positions=64, n_embd=hidden, n_layer=layers, n_head=heads, use_cache=False)
    config._attn_implementation = options.pop("attention", "eager")
    model = Only(transformers.GPT2LMHeadModel(config), lambda result: result[0], use_cache=False, return_dict=False)
    return lambda: exported(
        model, [tokens(2, 16)], ["tokens"], {"tokens": {0: "batch", 1: "length"}}, {"batch": 2, "length": 16},
        **options)


class Attention(torch.nn.Module):
    """Written with views of computed sizes, which the exporter by tracing turns into arithmetic on shapes."""

    def __init__(self, hidden, heads, is_causal):
        super().__init__()
        self.heads, self.is_causal = heads, is_causal
        self.projection = torch.nn.Linear(hidden, 3 * hidden)
        self.output = torch.nn.Linear(hidden, hidden)
        if is_causal:
            self.register_buffer("past", torch.tril(torch.ones(64, 64, dtype=torch.bool)).view(1, 1, 64, 64))

    def split(self, values):
        return values.view(values.size(0), values.size(1), self.heads, -1).permute(0, 2, 1, 3)

    def forward(self, values, mask):
        query, key, value = (self.split(part) for part in self.projection(values).split(values.size(-1), dim=2))
        scores = query @ key.transpose(-1, -2) / value.size(-1) ** 0.5
        if self.is_causal:
            visible = self.past[:, :, key.size(-2) - query.size(-2) : key.size(-2), : key.size(-2)]
            scores = torch.where(visible, scores, torch.finfo(scores.dtype).min)
        if mask is not None:
            scores = scores + mask
        mixed = (scores.softmax(-1) @ value).permute(0, 2, 1, 3).contiguous()
        return self.output(mixed.view(mixed.size()[:-2] + (mixed.size(-2) * mixed.size(-1),)))


class Transformer(torch.nn.Module):
    """Encoder or decoder after BERT and GPT-2."""

    def __init__(self, layers, hidden, heads, is_causal):
        super().__init__()
        self.words, self.places = torch.nn.Embedding(100, hidden), torch.nn.Embedding(64, hidden)
        self.first = torch.nn.LayerNorm(hidden)
        self.attentions = torch.nn.ModuleList(Attention(hidden, heads, is_causal) for _ in range(layers))
        self.norms = torch.nn.ModuleList(torch.nn.LayerNorm(hidden) for _ in range(2 * layers))
        self.wider = torch.nn.ModuleList(torch.nn.Linear(hidden, 4 * hidden) for _ in range(layers))
        self.narrower = torch.nn.ModuleList(torch.nn.Linear(4 * hidden, hidden) for _ in range(layers))
        self.is_causal = is_causal

    def forward(self, tokens, mask=None):
        places = torch.arange(tokens.size(1), device=tokens.device).unsqueeze(0).expand(tokens.size())
        values = self.first(self.words(tokens) + self.places(places))
        if mask is not None:
            mask = (1.0 - mask[:, None, None, :].float()) * torch.finfo(torch.float32).min
        for index, attention in enumerate(self.attentions):
            values = self.norms[2 * index](values + attention(values, mask))
            wide = torch.nn.functional.gelu(self.wider[index](values), approximate="tanh" if self.is_causal else "none")
            values = self.norms[2 * index + 1](values + self.narrower[index](wide))
        # The decoder ends in words again, with the weights that it began with.
        return values @ self.words.weight.t() if self.is_causal else values


def transformer(layers=2, hidden=32, heads=2, is_causal=False, has_mask=True, opset=13):
    names = ["tokens", "mask"] if has_mask else ["tokens"]
    inputs = [tokens(2, 16), torch.ones(2, 16, dtype=torch.int64)][: len(names)]
    return lambda: exported(
        Transformer(layers, hidden, heads, is_causal), inputs, names,
        {name: {0: "batch", 1: "length"} for name in names}, {"batch": 2, "length": 16}, opset=opset)


def recurrent(**options):
    class Tagger(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = torch.nn.Embedding(50, 16)
            self.lstm = torch.nn.LSTM(16, 12, num_layers=2, bidirectional=True, batch_first=True)
            self.gru = torch.nn.GRU(24, 10, batch_first=True)
            self.head = torch.nn.Linear(10, 7)

        def forward(self, words):
            return self.head(self.gru(self.lstm(self.embedding(words))[0])[0])

    return lambda: exported(
        Tagger(), [tokens(2, 9, 50)], ["words"], {"words": {0: "batch", 1: "length"}}, {"batch": 2, "length": 9},
        **options)


# MARK: Graphs by hand


def graph(nodes, inputs, outputs, initializers=(), opset=13):
    """A graph of nodes (operator, inputs, outputs, attributes) on inputs of 32-bit numbers."""
    values = [helper.make_tensor_value_info(n, TensorProto.FLOAT, shape) for n, (shape, _) in inputs.items()]
    made = helper.make_graph(
        [helper.make_node(kind, ins, outs, name=f"n{i}", **more) for i, (kind, ins, outs, more) in enumerate(nodes)],
        "by hand", values, [onnx.ValueInfoProto(name=name) for name in outputs],
        [numpy_helper.from_array(value, name) for name, value in initializers])
    for output in made.output:
        is_index = output.name in ("places", "where", "top")
        output.type.tensor_type.elem_type = TensorProto.INT64 if is_index else TensorProto.FLOAT
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    feeds = {name: numpy.ones(size, numpy.float32) for name, (_, size) in inputs.items()}
    sizes = {d: s for shape, size in inputs.values() for d, s in zip(shape, size) if isinstance(d, str)}
    return Sample(model, feeds, sizes)


def windows():
    """Convolutions and pools with all that can be said of their edges."""
    kernel = numpy.ones((4, 3, 3, 3), numpy.float32)
    rising = numpy.ones((4, 2, 3, 2), numpy.float32)
    nodes = [
        ("Conv", ["x", "k"], ["a"], {"auto_pad": "SAME_UPPER", "strides": [2, 3]}),
        ("Conv", ["x", "k"], ["b"], {"auto_pad": "VALID", "dilations": [2, 1]}),
        ("Conv", ["x", "k"], ["c"], {"pads": [0, 1, 2, 0], "strides": [3, 2]}),
        ("MaxPool", ["a"], ["d", "places"], {"kernel_shape": [3, 2], "strides": [2, 2], "ceil_mode": 1}),
        ("AveragePool", ["b"], ["e"], {"kernel_shape": [2, 3], "pads": [1, 0, 1, 2], "strides": [2, 1]}),
        ("MaxPool", ["c"], ["f"], {"kernel_shape": [3, 3], "auto_pad": "SAME_LOWER", "strides": [2, 2]}),
        ("ConvTranspose", ["d", "r"], ["g"], {"strides": [2, 3], "output_padding": [1, 0], "pads": [1, 0, 0, 1]}),
        ("ConvTranspose", ["e", "r"], ["h"], {"group": 2, "dilations": [2, 2]}),
        ("GlobalAveragePool", ["f"], ["i"], {}),
        ("LpPool", ["h"], ["j"], {"kernel_shape": [2, 2]}),
    ]
    return graph(
        nodes, {"x": (["n", 3, 17, 19], [2, 3, 17, 19])}, ["g", "i", "j", "places"], [("k", kernel), ("r", rising)])


def shapes():
    """Shapes that are computed in the graph."""
    number = lambda name, *values: (name, numpy.array(values, numpy.int64))
    nodes = [
        ("Shape", ["x"], ["s"], {}),
        ("Gather", ["s", "first"], ["n"], {"axis": 0}),
        ("Slice", ["s", "one", "end", "zero"], ["rest"], {}),
        ("ReduceProd", ["rest"], ["all"], {"keepdims": 1}),
        ("Div", ["all", "four"], ["quarter"], {}),
        ("Concat", ["n", "four", "quarter"], ["wanted"], {"axis": 0}),
        ("Reshape", ["x", "wanted"], ["y"], {}),
        ("Transpose", ["y"], ["z"], {"perm": [2, 0, 1]}),
        ("Unsqueeze", ["z", "ends"], ["u"], {}),
        ("Squeeze", ["u", "zero"], ["v"], {}),
        ("ConstantOfShape", ["wanted"], ["ones"], {"value": numpy_helper.from_array(numpy.ones(1, numpy.float32))}),
        ("Mul", ["y", "ones"], ["masked"], {}),
        ("Equal", ["wanted", "four3"], ["same"], {}),
        ("Where", ["same", "one3", "wanted"], ["larger"], {}),
        ("Expand", ["scalar", "larger"], ["expanded"], {}),
        ("Squeeze", ["all"], ["limit"], {}),
        ("Range", ["start", "limit", "step"], ["range"], {}),
        ("Cast", ["range"], ["numbers"], {"to": TensorProto.FLOAT}),
        ("Tile", ["numbers", "two"], ["tiled"], {}),
        ("Split", ["masked", "parts"], ["p", "q"], {"axis": 2}),
        ("Pad", ["p", "pads"], ["padded"], {}),
        ("Resize", ["image", "", "scales"], ["resized"], {"mode": "linear"}),
        ("DepthToSpace", ["image"], ["space"], {"blocksize": 2}),
        ("Einsum", ["y", "y"], ["products"], {"equation": "nij, nkj -> nik"}),
        ("TopK", ["y", "two"], ["best", "where"], {}),
        ("ArgMax", ["y"], ["top"], {"axis": 1, "keepdims": 0}),
        ("ReduceMean", ["y"], ["mean"], {"axes": [-1]}),
        ("Softmax", ["products"], ["soft"], {}),
        ("MatMul", ["soft", "y"], ["mixed"], {}),
        ("GatherND", ["y", "pairs"], ["picked"], {}),
        ("Flatten", ["image"], ["flat"], {"axis": 2}),
        ("Slice", ["image", "back", "front", "three", "backwards"], ["mirrored"], {}),
    ]
    constants = [
        number("first", 0), number("zero", 0), number("one", 1), number("two", 2), number("three", 3),
        number("four", 4), number("end", 2**63 - 1), number("ends", 0, 4), number("four3", 4, 4, 4),
        number("one3", 1, 1, 1), number("parts", 1, 5), number("pads", 0, 1, 2, 0, 0, 1), number("pairs", 0, 1),
        number("back", -1), number("front", -(2**63)), number("backwards", -2),
        ("start", numpy.array(0, numpy.int64)), ("step", numpy.array(2, numpy.int64)),
        ("scalar", numpy.ones(1, numpy.float32)), ("scales", numpy.array([1, 1, 2, 1.5], numpy.float32)),
    ]
    outputs = [
        "v", "expanded", "tiled", "q", "padded", "resized", "space", "best", "where", "top", "mean", "mixed",
        "picked", "flat", "mirrored",
    ]
    return graph(
        nodes, {"x": (["batch", 4, 6], [3, 4, 6]), "image": ([1, 8, 5, 7], [1, 8, 5, 7])}, outputs, constants)


SMALL = {
    "windows": windows,
    "shapes": shapes,
    "resnet": vision(lambda: torchvision.models.ResNet(torchvision.models.resnet.Bottleneck, [1, 1, 1, 1]), new=True, opset=18),
    "densenet": vision(lambda: torchvision.models.DenseNet(8, (2, 2), 16, num_classes=10)),
    "inception": vision(
        lambda: torch.nn.Sequential(
            torchvision.models.inception.InceptionA(3, 8), torchvision.models.inception.InceptionB(232))),
    "convnext": vision(
        lambda: torchvision.models.ConvNeXt(
            [torchvision.models.convnext.CNBlockConfig(16, 32, 1), torchvision.models.convnext.CNBlockConfig(32, None, 1)])),
    "mobilenet_v3": vision(
        lambda: torchvision.models.MobileNetV3(
            [torchvision.models.mobilenetv3.InvertedResidualConfig(16, 3, 16, 24, True, "HS", 2, 1, 1)], 32, num_classes=10)),
    "vision_transformer": vision(
        lambda: torchvision.models.VisionTransformer(32, 8, 1, 2, 16, 32, num_classes=10), 32),
    "encoder": transformer(),
    "decoder": transformer(layers=1, is_causal=True, has_mask=False, opset=14),
    "bert": bert(layers=1, new=True, opset=18),
    "gpt": gpt(layers=1, new=True, opset=20),
    "recurrent": recurrent(),
}


def families():
    models = torchvision.models
    names = [
        "densenet121", "inception_v3", "efficientnet_b0", "convnext_tiny", "mobilenet_v3_small", "shufflenet_v2_x1_0",
        "regnet_y_400mf", "resnext50_32x4d", "mnasnet1_0", "efficientnet_v2_s",
    ]
    made = {}
    for name in names:
        model = lambda name=name: getattr(models, name)(weights=None)
        size = 299 if name == "inception_v3" else 224
        made[name] = vision(model, size, open_dimensions={"image": {0: "batch"}}, sizes={"batch": 1})
        made[name + "_new"] = vision(model, size, new=True, opset=18)
    for name in ["lraspp_mobilenet_v3_large", "fcn_resnet50"]:
        model = lambda name=name: Only(
            getattr(models.segmentation, name)(weights=None, weights_backbone=None), lambda result: result["out"])
        made[name] = vision(model, 224)
    made["vit_b_32"] = vision(lambda: models.vit_b_32(weights=None), 224)
    made["vit_b_32_new"] = vision(lambda: models.vit_b_32(weights=None), 224, new=True, opset=18)
    made["swin_t_new"] = vision(lambda: models.swin_t(weights=None), 224, new=True, opset=18)
    made["bert_base"] = bert(12, 768, 12, new=True, opset=18)
    made["bert_base_fused"] = bert(12, 768, 12, attention="sdpa", new=True, opset=20)
    made["gpt2"] = gpt(12, 768, 12, new=True, opset=18)
    made["gpt2_fused"] = gpt(12, 768, 12, attention="sdpa", new=True, opset=20)
    made["encoder_large"] = transformer(24, 256, 16)
    made["decoder_large"] = transformer(24, 256, 16, is_causal=True)
    made["recurrent_new"] = recurrent(new=True, opset=18)
    return made


if __name__ == "__main__":
    if len(sys.argv) > 1:
        write_all(families(), pathlib.Path(sys.argv[1]))
    else:
        write_all(SMALL, HERE)

"""Writes mobilenet.onnx, the graph of a small MobileNetV3; its weights would be in mobilenet.onnx.data.

    pip install torch torchvision onnx onnxscript
    python export.py
"""

import onnx
import torch
import torchvision

torch.manual_seed(0)
model = torchvision.models.mobilenet_v3_small(weights=None).eval()
image = torch.zeros(1, 3, 224, 224)
names = {"input_names": ["image"], "output_names": ["classes"]}
torch.onnx.export(model, (image,), "mobilenet.onnx", external_data=True, **names)

# The exporter notes where in whose Python code each operator comes from.
graph = onnx.load("mobilenet.onnx", load_external_data=False)
del graph.metadata_props[:]
for part in [graph.graph, *graph.graph.node, *graph.graph.value_info, *graph.graph.initializer]:
    del part.metadata_props[:]
    part.ClearField("doc_string")
for value in [*graph.graph.input, *graph.graph.output]:
    del value.metadata_props[:]
onnx.save(graph, "mobilenet.onnx")

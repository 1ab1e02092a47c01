"""Whether a file of `fsae export` is sound ONNX and computes the same everywhere.

    pip install onnx onnxruntime
    npx fsae export runs/mine --from src --to dst --out src-to-dst.onnx
    python3 scripts/verify-export.py src-to-dst.onnx

Checks the file with onnx.checker and strict shape inference, prints what it says of itself, and compares onnxruntime
with ONNX's own reference implementation at batches of 1 and 3.
"""
import sys

import numpy as np
import onnx
import onnxruntime
from onnx.reference import ReferenceEvaluator

path = sys.argv[1]
model = onnx.load(path)
onnx.checker.check_model(model, full_check=True)
onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
for port in (*model.graph.input, *model.graph.output):
    extents = [d.dim_param or d.dim_value for d in port.type.tensor_type.shape.dim]
    print(port.name, onnx.TensorProto.DataType.Name(port.type.tensor_type.elem_type), extents)
for entry in model.metadata_props:
    print(f"{entry.key}: {entry.value}")
operations = sorted({node.op_type for node in model.graph.node})
print(f"{len(model.graph.node)} operations of {len(operations)} kinds: {', '.join(operations)}")
assert all(node.domain == "" for node in model.graph.node), "an operation outside the standard"

session = onnxruntime.InferenceSession(path)
reference = ReferenceEvaluator(model)
side = model.graph.input[0].type.tensor_type.shape.dim[1].dim_value
random = np.random.default_rng(1)
for batch in (1, 3):
    faces = random.random((batch, side, side, 3), dtype=np.float32)
    (drawn,) = session.run(None, {"faces": faces})
    (expected,) = reference.run(None, {"faces": faces})
    assert drawn.shape == faces.shape and 0 <= drawn.min() and drawn.max() <= 1
    difference = float(np.abs(drawn - expected).max())
    print(f"batch {batch}: onnxruntime and the reference differ by at most {difference:.1e}")
    assert difference < 1e-5
print("sound")

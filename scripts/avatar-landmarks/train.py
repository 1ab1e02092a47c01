"""Trains the landmark network of @fsae/loss-landmark and writes it as a TF.js GraphModel with 16-bit weights.

python scripts/avatar-landmarks/train.py FOLDER [STEPS]   (after draw.mjs FOLDER; needs torch and numpy; then pnpm format)

The network will look at what a decoder draws: blurred, noisy and off in colour. So are its training pictures.
"""

import base64
import hashlib
import json
import math
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

SIZE, POINTS, BATCH = 64, 68, 64
FOLDER = Path(sys.argv[1])
STEPS = int(sys.argv[2]) if len(sys.argv) > 2 else 2500
PACKAGE = Path(__file__).resolve().parents[2] / "packages/loss-landmark"
GROUPS = {"contour": range(17), "brows": range(17, 27), "nose": range(27, 36), "eyes": range(36, 48), "mouth": range(48, 68)}
# Kernel, stride, channels; ReLU after each but the last of these, which only thins the map for the matrix to the points.
CONVOLUTIONS = [(5, 2, 16), (3, 2, 32), (3, 2, 48), (3, 1, 64), (1, 1, 10)]


def load(name):
    pictures = np.fromfile(FOLDER / f"{name}.pictures", dtype=np.uint8).reshape(-1, SIZE, SIZE, 3)
    landmarks = np.fromfile(FOLDER / f"{name}.landmarks", dtype=np.float32).reshape(-1, POINTS, 2)
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).contiguous(), torch.from_numpy(landmarks)


class Network(nn.Module):
    """Pads as TensorFlow's 'same' does and flattens rows, columns, channels: the weights carry over as they are."""

    def __init__(self, mean):
        super().__init__()
        widths = [3, *(channels for _, _, channels in CONVOLUTIONS)]
        self.convolutions = nn.ModuleList(
            nn.Conv2d(widths[i], channels, kernel, stride) for i, (kernel, stride, channels) in enumerate(CONVOLUTIONS)
        )
        self.points = nn.Linear(8 * 8 * widths[-1], 2 * POINTS)
        with torch.no_grad():
            self.points.weight.mul_(0.1)
            self.points.bias.copy_(mean.flatten())

    def forward(self, x):
        for i, ((kernel, stride, _), convolution) in enumerate(zip(CONVOLUTIONS, self.convolutions)):
            over = max(kernel - stride, 0)
            x = convolution(F.pad(x, (over // 2, over - over // 2, over // 2, over - over // 2)))
            if i < len(CONVOLUTIONS) - 1:
                x = F.relu(x)
        return self.points(x.permute(0, 2, 3, 1).flatten(1)).reshape(-1, POINTS, 2)


def blur(x, sigma):
    at = torch.arange(-4, 5, dtype=torch.float32)
    row = torch.exp(-0.5 * (at / sigma) ** 2)
    row = (row / row.sum()).expand(3, 1, 1, 9)
    x = F.conv2d(F.pad(x, (4, 4, 0, 0), mode="replicate"), row, groups=3)
    return F.conv2d(F.pad(x, (0, 0, 4, 4), mode="replicate"), row.transpose(2, 3), groups=3)


def augment(x, y, random):
    """Similarity (5 degrees, 6 % scale, 5 % shift), colour gain and offset, blur of up to 2 pixels, noise of up to 0.06."""
    n = len(x)
    normal = lambda *shape: torch.randn(*shape, generator=random)
    uniform = lambda *shape: torch.rand(*shape, generator=random)
    angle, scale, shift = 5 * math.pi / 180 * normal(n) / 2, 1 + 0.06 * normal(n) / 2, 0.05 * normal(n, 2) / 2
    cos, sin = torch.cos(angle) * scale, torch.sin(angle) * scale
    turn = torch.stack([torch.stack([cos, -sin], -1), torch.stack([sin, cos], -1)], 1)
    # Output coordinates -> source; landmarks take the inverse way.
    theta = torch.cat([turn, 2 * shift[:, :, None]], -1)
    x = F.grid_sample(x, F.affine_grid(theta, x.shape, align_corners=False), padding_mode="border", align_corners=False)
    y = (torch.linalg.inv(turn) @ (y - 0.5 - shift[:, None]).transpose(1, 2)).transpose(1, 2) + 0.5
    x = x * (1 + 0.1 * normal(n, 3, 1, 1)) + 0.05 * normal(n, 3, 1, 1)
    half = n // 2
    x = torch.cat([x[:half], blur(x[half:], 0.4 + 1.6 * uniform(1).item())])
    return (x + 0.06 * uniform(n, 1, 1, 1) * normal(*x.shape)).clamp(0, 1), y


def errors(network, x, y):
    """Distance of each point over that between the outer corners of the eyes (300-W), [faces, points]."""
    with torch.no_grad():
        guess = torch.cat([network(part) for part in x.split(100)])
    return (guess - y).norm(dim=-1) / (y[:, 45] - y[:, 36]).norm(dim=-1)[:, None]


def summary(error):
    parts = ", ".join(f"{name} {error[:, points].mean():.4f}" for name, points in GROUPS.items())
    return f"mean {error.mean():.4f}, 95th percentile {error.flatten().quantile(0.95):.4f} ({parts})"


def graph(network):
    """Nodes of a TF.js GraphModel and, by name, its constants: kernels [rows, columns, in, out] and [in, out]."""
    nodes, constants = [], {}
    kind = {"type": "DT_FLOAT"}
    text = lambda s: {"s": base64.b64encode(s.encode()).decode()}
    numbers = lambda *i: {"list": {"i": [str(n) for n in i]}}
    sizes = lambda shape: {"dim": [{"size": str(n)} for n in shape]}

    def node(name, op, inputs=(), **attributes):
        nodes.append({"name": name, "op": op, "input": list(inputs), "attr": attributes})
        return name

    def weight(name, tensor):
        constants[name] = tensor.detach().contiguous().numpy().astype("<f2")
        value = {"tensor": {"dtype": "DT_FLOAT", "tensorShape": sizes(tensor.shape)}}
        return node(name, "Const", dtype=kind, value=value)

    x = node("pictures", "Placeholder", dtype=kind, shape={"shape": sizes([-1, SIZE, SIZE, 3])})
    for i, ((_, stride, _), convolution) in enumerate(zip(CONVOLUTIONS, network.convolutions)):
        name = f"conv{i + 1}"
        kernel = weight(f"{name}/kernel", convolution.weight.permute(2, 3, 1, 0))
        ones, strides = numbers(1, 1, 1, 1), numbers(1, stride, stride, 1)
        x = node(f"{name}/product", "Conv2D", [x, kernel], T=kind, strides=strides, dilations=ones, padding=text("SAME"), data_format=text("NHWC"))
        x = node(f"{name}/sum", "BiasAdd", [x, weight(f"{name}/bias", convolution.bias)], T=kind, data_format=text("NHWC"))
        if i < len(CONVOLUTIONS) - 1:
            x = node(f"{name}/relu", "Relu", [x], T=kind)
    # The matrix as a convolution over the whole map: a reshape would read its shape from the device in every step.
    kernel = weight("points/kernel", network.points.weight.reshape(2 * POINTS, 8, 8, -1).permute(1, 2, 3, 0))
    ones = numbers(1, 1, 1, 1)
    x = node("points/product", "Conv2D", [x, kernel], T=kind, strides=ones, dilations=ones, padding=text("VALID"), data_format=text("NHWC"))
    node("points", "BiasAdd", [x, weight("points/bias", network.points.bias)], T=kind, data_format=text("NHWC"))
    return nodes, constants


def save(network):
    nodes, constants = graph(network)
    weights = b"".join(values.tobytes() for values in constants.values())
    half = {"quantization": {"dtype": "float16", "original_dtype": "float32"}}
    specs = [{"name": name, "shape": values.shape, "dtype": "float32", **half} for name, values in constants.items()]
    points = lambda name, *sizes: {"name": name, "dtype": "DT_FLOAT", "tensorShape": {"dim": [{"size": str(n)} for n in sizes]}}
    signature = {
        "inputs": {"pictures": points("pictures", -1, SIZE, SIZE, 3)},
        "outputs": {"points": points("points", -1, 1, 1, 2 * POINTS)},
    }
    model = {
        "format": "graph-model",
        "modelTopology": {"node": nodes, "versions": {"producer": 1}},
        "signature": signature,
        "userDefinedMetadata": {"fsae": {"licence": "Apache-2.0"}},
        "weightsManifest": [{"paths": ["avatars.bin"], "weights": specs}],
    }
    folder = PACKAGE / "weights"
    folder.mkdir(exist_ok=True)
    (folder / "avatars.bin").write_bytes(weights)
    (folder / "avatars.json").write_text(json.dumps(model) + "\n")
    print(f"{len(weights)} bytes, SHA-256 {hashlib.sha256(weights).hexdigest()}")
    # What the saved network (16 bits) says here, for the test of the one that TF.js loads.
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(parameter.half().float())
        x = 0.5 + 0.5 * torch.sin(0.01 * torch.arange(SIZE * SIZE * 3, dtype=torch.float32)).reshape(1, SIZE, SIZE, 3)
        points = network(x.permute(0, 3, 1, 2)).flatten()
    fixtures = PACKAGE / "test/fixtures"
    fixtures.mkdir(parents=True, exist_ok=True)
    (fixtures / "avatars.json").write_text(json.dumps({"input": "0.5 + 0.5 sin(i / 100)", "points": [round(p, 6) for p in points.tolist()]}) + "\n")


def main():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    random = torch.Generator().manual_seed(0)
    (x, y), (held_x, held_y) = load("training"), load("held-out")
    held_x = held_x.float() / 255
    network = Network(y.mean(0))
    optimizer = torch.optim.AdamW(network.parameters(), 2e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=STEPS)
    for step in range(1, STEPS + 1):
        chosen = torch.randint(len(x), (BATCH,), generator=random)
        pictures, points = augment(x[chosen].float() / 255, y[chosen], random)
        loss = F.smooth_l1_loss(network(pictures), points, beta=0.01)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 250 == 0:
            print(f"{step}: held-out people {summary(errors(network, held_x, held_y))}", flush=True)
    save(network)
    print(f"{len(x)} training faces, {len(held_x)} of held-out people, 16-bit weights, in inter-ocular distances:")
    print("the mean shape instead:", summary((y.mean(0) - held_y).norm(dim=-1) / (held_y[:, 45] - held_y[:, 36]).norm(dim=-1)[:, None]))
    print("as drawn:", summary(errors(network, held_x, held_y)))
    print("blurred by 1.5 pixels:", summary(errors(network, blur(held_x, 1.5), held_y)))


if __name__ == "__main__":
    main()

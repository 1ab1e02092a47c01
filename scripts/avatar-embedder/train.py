"""Trains the two embedders of avatars in packages/loss-arcface/models: one for the loss, one for judging.

python scripts/avatar-embedder/train.py FOLDER   (after draw.mjs FOLDER; needs torch and numpy)

CosFace (Wang et al. 2018) over 150 people each, no person shared. Written as a TensorFlow.js LayersModel in f16.
Prints ROC-AUC over all pairs: unseen poses of the people trained on, and people nobody was trained on.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

PACKAGE = Path(__file__).resolve().parents[2] / "packages/loss-arcface"
PEOPLE, EACH, HELD, SIZE = 150, 32, 4, 64
WIDTHS, FEATURES = (24, 48, 64, 64), 64
EPOCHS, BATCH, SCALE, MARGIN = 8, 100, 16.0, 0.2


def load(name, each):
    pictures = np.fromfile(f"{sys.argv[1]}/{name}.bin", dtype=np.uint8).reshape(-1, SIZE, SIZE, 3)
    x = torch.from_numpy(pictures.copy()).permute(0, 3, 1, 2).float() / 127.5 - 1
    return x, torch.arange(len(x) // each).repeat_interleave(each)


class Embedder(nn.Module):
    def __init__(self):
        super().__init__()
        channels = (3, *WIDTHS)
        self.convolutions = nn.ModuleList(nn.Conv2d(a, b, 3, 2, bias=False) for a, b in zip(channels, channels[1:]))
        self.norms = nn.ModuleList(nn.BatchNorm2d(width) for width in WIDTHS)
        self.dense = nn.Linear(WIDTHS[-1] * (SIZE // 2 ** len(WIDTHS)) ** 2, FEATURES)

    def forward(self, x):
        for convolution, norm in zip(self.convolutions, self.norms):
            # TensorFlow's 'same' for stride 2 and an even side pads at the end only.
            x = F.relu(norm(convolution(F.pad(x, (0, 1, 0, 1)))))
        return self.dense(x.permute(0, 2, 3, 1).flatten(1))


def augmented(x):
    """Moved, scaled, blurred, lighter or darker, noisy: a swap is none of the pictures as they were drawn."""
    n = len(x)
    zoom = 1 + 0.08 * (2 * torch.rand(n) - 1)
    shift = 0.06 * (2 * torch.rand(n, 2) - 1)
    zero = torch.zeros(n)
    transform = torch.stack([torch.stack([zoom, zero, shift[:, 0]], 1), torch.stack([zero, zoom, shift[:, 1]], 1)], 1)
    grid = F.affine_grid(transform, list(x.shape), align_corners=False)
    x = F.grid_sample(x, grid, padding_mode="border", align_corners=False)
    blurred = F.interpolate(F.avg_pool2d(x, 2), scale_factor=2, mode="bilinear", align_corners=False)
    x = torch.lerp(x, blurred, torch.rand(n, 1, 1, 1))
    return x * (1 + 0.1 * torch.randn(n, 1, 1, 1)) + 0.05 * torch.randn(n, 3, 1, 1) + 0.03 * torch.randn_like(x)


def auc(model, x, label):
    """ROC-AUC (Mann-Whitney) and mean cosines of all pairs of pictures."""
    with torch.no_grad():
        unit = F.normalize(model(x))
    pairs = torch.triu_indices(len(x), len(x), 1)
    cosine, same = (unit @ unit.T)[pairs[0], pairs[1]], label[pairs[0]] == label[pairs[1]]
    ranks = torch.empty(len(cosine), dtype=torch.float64)
    ranks[cosine.argsort()] = torch.arange(1, len(cosine) + 1, dtype=torch.float64)
    positives = int(same.sum())
    negatives = len(cosine) - positives
    area = (ranks[same].sum().item() - positives * (positives + 1) / 2) / (positives * negatives)
    return area, cosine[same].mean().item(), cosine[~same].mean().item()


def train(name, seed):
    torch.manual_seed(seed)
    x, label = load(name, EACH)
    held = torch.arange(len(x)) % EACH >= EACH - HELD
    seen, seen_label = x[~held], label[~held]
    model = Embedder().to(memory_format=torch.channels_last)
    people = nn.Parameter(torch.randn(PEOPLE, FEATURES))
    steps = EPOCHS * (len(seen) // BATCH)
    optimizer = torch.optim.AdamW([*model.parameters(), people], 1e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps)
    for epoch in range(EPOCHS):
        order = torch.randperm(len(seen))
        for first in range(0, len(seen) - BATCH + 1, BATCH):
            batch = order[first : first + BATCH]
            cosine = F.normalize(model(augmented(seen[batch]).contiguous(memory_format=torch.channels_last))) @ F.normalize(people).T
            wanted = F.one_hot(seen_label[batch], PEOPLE)
            loss = F.cross_entropy(SCALE * (cosine - MARGIN * wanted), seen_label[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        if epoch % 2 == 1:
            print(f"{name}: epoch {epoch + 1}, loss {loss.item():.3f}", flush=True)
    model.eval()
    return model, (x[held], label[held])


def folded(model):
    """(name, array) of every weight, batch normalisation folded into the convolution before it; HWIO and [in, out]."""
    for i, (convolution, norm) in enumerate(zip(model.convolutions, model.norms), 1):
        gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        yield f"conv{i}/kernel", (convolution.weight * gain[:, None, None, None]).permute(2, 3, 1, 0)
        yield f"conv{i}/bias", norm.bias - norm.running_mean * gain
    yield "embedding/kernel", model.dense.weight.T
    yield "embedding/bias", model.dense.bias


def layer(kind, **config):
    return {"class_name": kind, "config": config}


def save(model, name, same, different):
    layers = []
    for i, width in enumerate(WIDTHS, 1):
        first = {"batch_input_shape": [None, SIZE, SIZE, 3], "dtype": "float32"} if i == 1 else {}
        shape = {"filters": width, "kernel_size": [3, 3], "strides": [2, 2], "padding": "same"}
        layers.append(layer("Conv2D", name=f"conv{i}", **shape, activation="relu", use_bias=True, **first))
    layers.append(layer("Flatten", name="flatten"))
    layers.append(layer("Dense", name="embedding", units=FEATURES, activation="linear", use_bias=True))
    weights = [(path, value.detach().numpy().astype("<f2")) for path, value in folded(model)]
    half = {"dtype": "float16", "original_dtype": "float32"}
    entries = [{"name": path, "shape": list(v.shape), "dtype": "float32", "quantization": half} for path, v in weights]
    description = {
        "input": {"mean": 127.5, "scale": 127.5, "order": "rgb"},
        "licence": "Apache-2.0",
        "alignment": "whole",
        "cosine": {"same": round(same, 3), "different": round(different, 3)},
    }
    manifest = {
        "format": "layers-model",
        "generatedBy": "scripts/avatar-embedder/train.py",
        "userDefinedMetadata": {"fsae": description},
        "modelTopology": {"class_name": "Sequential", "config": {"name": name, "layers": layers}},
        "weightsManifest": [{"paths": [f"{name}.bin"], "weights": entries}],
    }
    (PACKAGE / "models").mkdir(exist_ok=True)
    text, binary = json.dumps(manifest, indent=1) + "\n", b"".join(value.tobytes() for _, value in weights)
    (PACKAGE / f"models/{name}.json").write_text(text)
    (PACKAGE / f"models/{name}.bin").write_bytes(binary)
    return {"bytes": len(binary), "sha256": hashlib.sha256(text.encode() + binary).hexdigest()}


torch.set_num_threads(1)
strangers = load("strangers", 20)
wave = 0.5 + 0.4 * torch.sin(0.01 * torch.arange(SIZE * SIZE * 3)).reshape(1, SIZE, SIZE, 3)
fixture = {"input": "x[i] = 0.5 + 0.4 sin(0.01 i), flat NHWC [1, 64, 64, 3] in 0..1"}
for seed, (people, name) in enumerate((("loss", "avatars"), ("judge", "avatars-judge")), 1):
    model, unseen = train(people, seed)
    poses, (area, same, different) = auc(model, *unseen), auc(model, *strangers)
    print(f"{name}: AUC unseen poses {poses[0]:.4f} (cos {poses[1]:.3f} / {poses[2]:.3f}), "
          f"unseen people {area:.4f} (cos {same:.3f} / {different:.3f})")
    print(name, save(model, name, same, different), flush=True)
    with torch.no_grad():
        fixture[name] = [round(v, 5) for v in model(2 * wave.permute(0, 3, 1, 2) - 1)[0].tolist()]
(PACKAGE / "test/fixtures/avatars.json").write_text(json.dumps(fixture) + "\n")

"""Are sixteen people told apart by a trained recogniser (> .99) but hardly by raw pixels (< .8)?

python scripts/avatar-recogniser/train.py FOLDER   (after draw.mjs FOLDER; needs torch and numpy)
"""

import sys

import numpy as np
import torch
from torch import nn

PEOPLE, SIZE, EPOCHS, BATCH = 16, 64, 12, 32


def load(name):
    pictures = np.fromfile(f"{sys.argv[1]}/{name}.bin", dtype=np.uint8).reshape(-1, SIZE, SIZE, 3)
    x = torch.from_numpy(pictures.copy()).permute(0, 3, 1, 2).float() / 255
    return x, torch.arange(PEOPLE).repeat_interleave(len(x) // PEOPLE)


def stage(channels_in, channels_out):
    return [nn.Conv2d(channels_in, channels_out, 3, 2, 1), nn.BatchNorm2d(channels_out), nn.ReLU()]


torch.manual_seed(0)
torch.set_num_threads(2)
(x, y), (held_x, held_y) = load("training"), load("test")

centroids = torch.stack([x[y == label].mean(0) for label in range(PEOPLE)]).flatten(1)
nearest = torch.cdist(held_x.flatten(1), centroids).argmin(1)
print(f"nearest centroid of raw pixels: {(nearest == held_y).float().mean():.4f} ({len(x)} training, {len(held_x)} test)")

net = nn.Sequential(*stage(3, 24), *stage(24, 48), *stage(48, 96), nn.Flatten(), nn.Dropout(0.3), nn.Linear(96 * 64, PEOPLE))
steps = EPOCHS * (len(x) // BATCH)
optimizer = torch.optim.AdamW(net.parameters(), 1e-3, weight_decay=1e-2)
schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps)
for _ in range(EPOCHS):
    order = torch.randperm(len(x))
    for first in range(0, len(x) - BATCH + 1, BATCH):
        batch = order[first : first + BATCH]
        loss = nn.functional.cross_entropy(net(x[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
net.eval()
with torch.no_grad():
    right = net(held_x).argmax(1) == held_y
print(f"trained recogniser: {right.float().mean():.4f}; by person {[round(right[held_y == k].float().mean().item(), 3) for k in range(PEOPLE)]}")

"""A benchmark network of networks.json in PyTorch, in the fastest fp32 form found: fused Adam, one encoder pass on both
people. Same protocol as tfjs.mjs: python3 torch_steps.py <benchmark> <size> <threads>"""

import json
import os
import resource
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

benchmark, size, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with open(os.path.join(os.path.dirname(__file__), "networks.json")) as file:
    spec = json.load(file)[benchmark]
torch.set_num_threads(threads)
torch.manual_seed(1)
batch = spec["batch"]


class Reshape(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return x.reshape(x.shape[0], *self.shape)


def sequence(layers, shape):
    """Layers over an input of (channels, rows, columns); padding is symmetric, the cost the same."""
    modules = []
    for layer in layers:
        channels, rows, columns = shape
        use = layer["use"]
        if use == "shuffle":
            modules.append(nn.PixelShuffle(2))
            shape = (channels // 4, rows * 2, columns * 2)
        elif use == "sigmoid":
            modules.append(nn.Sigmoid())
        elif use == "dense":
            h, w, c = layer["output"]
            modules += [nn.Flatten(), nn.Linear(channels * rows * columns, h * w * c), nn.LeakyReLU(0.1), Reshape((c, h, w))]
            shape = (c, h, w)
        else:
            k, stride, to = layer["kernel"], layer["stride"], layer["channels"]
            padding = k // 2 if layer.get("padding", "same") == "same" else 0
            modules.append(nn.Conv2d(channels, to, k, stride, padding))
            length = lambda n: (n + 2 * padding - k) // stride + 1
            shape = (to, length(rows), length(columns))
            activation = layer.get("activation", "leaky-relu")
            if activation == "leaky-relu":
                modules.append(nn.LeakyReLU(0.1))
            elif activation == "sigmoid":
                modules.append(nn.Sigmoid())
    return nn.Sequential(*modules), shape


encoder, latent = sequence(spec["encoder"], (3, size, size))
expansion, features = sequence(spec.get("expansion", []), latent)
decoders = [sequence(spec["decoder"], features)[0] for _ in range(2)]
parameters = [p for module in [encoder, expansion, *decoders] for p in module.parameters()]
optimizer = torch.optim.Adam(parameters, spec["learningRate"], fused=True)
targets = [torch.rand(batch, 3, size, size) for _ in range(2)]
inputs = torch.cat(targets)


def loss_of():
    z = encoder(inputs)
    expanded = expansion(z)
    loss = sum(F.l1_loss(decoders[p](expanded[p * batch : (p + 1) * batch]), targets[p]) for p in range(2))
    if spec.get("latentStatistics", 0) > 0:
        (va, ma), (vb, mb) = (torch.var_mean(part, 0, correction=0) for part in (z[:batch], z[batch:]))
        loss = loss + spec["latentStatistics"] * (F.mse_loss(ma, mb) + F.mse_loss(va, vb))
    return loss


def step():
    optimizer.zero_grad()
    loss = loss_of()
    loss.backward()
    optimizer.step()
    return float(loss.detach())


def say(line):
    print(json.dumps(line), flush=True)


start = time.perf_counter()
first = step()
compile_seconds = time.perf_counter() - start
step()
say({"ready": True, "compileSeconds": compile_seconds, "loss": first})
for line in sys.stdin:
    loss = 0.0
    for _ in range(int(line)):
        start, cpu = time.perf_counter(), time.process_time()
        loss = step()
        say({"seconds": time.perf_counter() - start, "cpuSeconds": time.process_time() - cpu})
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say({"done": True, "loss": loss, "peakMegabytes": peak})

"""A long-lived process that computes in PyTorch, in the fastest fp32 form found. Protocol and arguments as in tfjs.mjs:
    python3 torch_engine.py <threads> train <network> <size>
    python3 torch_engine.py <threads> swap <network> <size> <batch>
    python3 torch_engine.py <threads> product <size>"""

import json
import os
import resource
import sys
import time


# Lines of shorter steps are kept so long: whoever reads them takes CPU from the next step.
KEPT_SECONDS = 0.1


def say(*lines):
    print("\n".join(json.dumps(line) for line in lines), flush=True)


try:
    import torch
    import torch.nn as nn
    import torch.nn.functional as F
except ImportError as error:
    say({"absent": f"{sys.executable}: {error}"})
    sys.exit()


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


def network(name, size):
    with open(os.path.join(os.path.dirname(__file__), "networks.json")) as file:
        spec = json.load(file)[name]
    encoder, latent = sequence(spec["encoder"], (3, size, size))
    expansion, features = sequence(spec.get("expansion", []), latent)
    decoders = [sequence(spec["decoder"], features)[0] for _ in range(2)]
    return spec, encoder, expansion, decoders


def train(name, size):
    """Fused Adam, one encoder pass on both people."""
    size = int(size)
    spec, encoder, expansion, decoders = network(name, size)
    batch = spec["batch"]
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

    return step


def swap(name, size, batch):
    """In inference mode, channels first or last: whichever is faster here."""
    size = int(size)
    _, encoder, expansion, decoders = network(name, size)
    model = nn.Sequential(encoder, expansion, decoders[1]).eval()
    face = torch.rand(int(batch), 3, size, size)

    def form(memory_format):
        model.to(memory_format=memory_format)
        x = face.contiguous(memory_format=memory_format)

        def step():
            with torch.inference_mode():
                return float(model(x).flatten()[0])

        return step

    def cpu_seconds(memory_format):
        step = form(memory_format)
        step()
        return min(timed(step)[1] for _ in range(3))

    return form(min([torch.contiguous_format, torch.channels_last], key=cpu_seconds))


def product(size):
    a, b = torch.rand(int(size), int(size)), torch.rand(int(size), int(size))
    return lambda: float((a @ b)[0, 0])


def timed(step):
    start, cpu = time.perf_counter(), time.process_time()
    result = step()
    return time.perf_counter() - start, time.process_time() - cpu, result


threads, work, *rest = sys.argv[1:]
torch.set_num_threads(int(threads))
torch.manual_seed(1)
step = {"train": train, "swap": swap, "product": product}[work](*rest)
first_seconds, _, first = timed(step)
second_seconds, _, _ = timed(step)
compile_seconds = max(0, first_seconds - second_seconds)
flops = 2 * int(rest[0]) ** 3 if work == "product" else None
say({"ready": True, "compileSeconds": compile_seconds, "firstResult": first, "threads": int(threads), "flops": flops})
for line in sys.stdin:
    result, kept, kept_since = None, [], time.perf_counter()
    for _ in range(int(line)):
        seconds, cpu, result = timed(step)
        kept.append({"seconds": seconds, "cpuSeconds": cpu})
        if time.perf_counter() - kept_since >= KEPT_SECONDS:
            say(*kept)
            kept, kept_since = [], time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(*kept, {"done": True, "result": result, "peakMegabytes": peak})

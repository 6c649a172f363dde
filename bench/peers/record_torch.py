"""Records what PyTorch's optimizers do to two small networks: writes test/fixtures/torch-optimizers.json.

Data, weights and order of batches come from a generator of whole numbers that test/engine/pytorch-losses.test.ts has
as well, so that both sides start from the same bits and the file need only hold losses and gradient norms.

    python bench/peers/record_torch.py test/fixtures/torch-optimizers.json
"""

import json
import sys

import numpy as np
import torch
import torch.nn.functional as F

STEPS, BATCH, SIZE, CLASSES = 50, 32, 8, 10


class Draws:
    """Linear congruential generator modulo 2**32 (Numerical Recipes); its upper 24 bits, exact in float32."""

    def __init__(self, seed):
        self.state = seed

    def uniform(self):
        self.state = (1664525 * self.state + 1013904223) % 2**32
        return (self.state >> 8) / 2**23 - 1

    def array(self, *shape):
        count = int(np.prod(shape))
        return np.array([self.uniform() for _ in range(count)], dtype=np.float64).reshape(shape)


def batches():
    """Images of ten random patterns under noise."""
    draws = Draws(1)
    patterns = draws.array(CLASSES, SIZE * SIZE)
    for _ in range(STEPS):
        labels = np.array([int((draws.uniform() + 1) * CLASSES / 2) for _ in range(BATCH)])
        inputs = patterns[labels] + draws.array(BATCH, SIZE * SIZE)
        yield inputs.astype(np.float32), labels


MODELS = {
    "mlp": [("weight", (64, 32), True), ("bias", (32,), False), ("weight", (32, 10), True), ("bias", (10,), False)],
    "cnn": [
        ("filter", (3, 3, 1, 8), True),
        ("scale", (8,), False),
        ("shift", (8,), False),
        ("filter", (3, 3, 8, 16), True),
        ("scale", (16,), False),
        ("shift", (16,), False),
        ("weight", (64, 10), True),
        ("bias", (10,), False),
    ],
}


def parameters(model):
    """Weights uniform in ±1/√fan-in, scales 1, the rest 0; those that decay apart from those that do not."""
    draws, made = Draws(2), []
    for name, shape, decays in MODELS[model]:
        if decays:
            values = draws.array(*shape) / np.sqrt(np.prod(shape[:-1]))
        else:
            values = np.full(shape, 1.0 if name == "scale" else 0.0)
        made.append((torch.tensor(values.astype(np.float32), requires_grad=True), decays))
    return made


def forward(model, p, inputs):
    if model == "mlp":
        return F.relu(inputs @ p[0] + p[1]) @ p[2] + p[3]
    x = inputs.reshape(-1, 1, SIZE, SIZE)
    for i in (0, 3):
        x = F.conv2d(x, p[i].permute(3, 2, 0, 1), padding=1)
        x = F.max_pool2d(F.relu(F.batch_norm(x, None, None, p[i + 1], p[i + 2], training=True, eps=1e-5)), 2)
    return x.permute(0, 2, 3, 1).flatten(1) @ p[6] + p[7]


# Fields are those of a run's spec; each also as PyTorch's own call.
OPTIMIZERS = [
    ({"kind": "sgd", "momentum": 0.9}, 0.01, lambda g, lr: torch.optim.SGD(g, lr, momentum=0.9)),
    (
        {"kind": "sgd", "momentum": 0.9, "nesterov": True},
        0.01,
        lambda g, lr: torch.optim.SGD(g, lr, momentum=0.9, nesterov=True),
    ),
    (
        {"kind": "sgd", "momentum": 0.9, "weightDecay": 0.05},
        0.01,
        lambda g, lr: torch.optim.SGD(g, lr, momentum=0.9, weight_decay=0.05),
    ),
    ({"kind": "adam"}, 0.001, lambda g, lr: torch.optim.Adam(g, lr)),
    ({"kind": "adam", "weightDecay": 0.05}, 0.001, lambda g, lr: torch.optim.Adam(g, lr, weight_decay=0.05)),
    ({"kind": "adamw", "weightDecay": 0.5}, 0.001, lambda g, lr: torch.optim.AdamW(g, lr, weight_decay=0.5)),
    ({"kind": "rmsprop"}, 0.001, lambda g, lr: torch.optim.RMSprop(g, lr)),
    ({"kind": "rmsprop", "momentum": 0.5}, 0.001, lambda g, lr: torch.optim.RMSprop(g, lr, momentum=0.5)),
]
CLIPS = [None, {"norm": 0.5}, {"value": 0.01}]


def train(model, optimizer, clip):
    spec, lr, make = optimizer
    made = parameters(model)
    p = [tensor for tensor, _ in made]
    groups = [
        {"params": [tensor for tensor, decays in made if decays]},
        {"params": [tensor for tensor, decays in made if not decays], "weight_decay": 0},
    ]
    optimizer, losses, norms = make(groups, lr), [], []
    for inputs, labels in batches():
        optimizer.zero_grad()
        loss = F.cross_entropy(forward(model, p, torch.tensor(inputs)), torch.tensor(labels))
        loss.backward()
        norms.append(float(torch.nn.utils.get_total_norm([tensor.grad for tensor in p])))
        if clip and "norm" in clip:
            torch.nn.utils.clip_grad_norm_(p, clip["norm"])
        elif clip:
            torch.nn.utils.clip_grad_value_(p, clip["value"])
        optimizer.step()
        losses.append(loss.item())
    rounded = lambda values: [float(f"{value:.9g}") for value in values]
    run = {"model": model, "optimizer": spec, "lr": lr, "losses": rounded(losses), "norms": rounded(norms)}
    return {**run, "clip": clip} if clip else run


torch.set_num_threads(1)
runs = [train(model, optimizer, None) for model in MODELS for optimizer in OPTIMIZERS]
runs += [train(model, OPTIMIZERS[0], clip) for model in MODELS for clip in CLIPS[1:]]
with open(sys.argv[1], "w") as file:
    file.write(json.dumps({"torch": torch.__version__, "runs": runs}) + "\n")

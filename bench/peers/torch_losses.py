"""Trains PyTorch from weights and batches that Anneal has written, and prints its losses in float32 and float64.

    python torch_losses.py FOLDER mlp|cnn-small sgd|nesterov|adam|adamw THREADS
"""

import json
import os

import numpy as np
import torch
import torch.nn.functional as F

from peer import BATCH, FOLDER, MODEL, OPTIMIZER, THREADS, load
from torch_peer import network

torch.set_num_threads(THREADS)
OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, 0.01, momentum=0.9),
    "nesterov": lambda p: torch.optim.SGD(p, 0.01, momentum=0.9, nesterov=True),
    "adam": lambda p: torch.optim.Adam(p, 0.001),
    "adamw": lambda p: torch.optim.AdamW(
        [{"params": [q for q in p if q.ndim > 1]}, {"params": [q for q in p if q.ndim == 1], "weight_decay": 0}],
        0.001,
        weight_decay=0.01,
    ),
}


def losses(dtype):
    model = network(MODEL).to(dtype)
    weights = np.fromfile(os.path.join(FOLDER, "weights.f32"), dtype=np.float32)
    with torch.no_grad():
        for parameter in model.parameters():
            size, shape = parameter.numel(), parameter.shape
            values, weights = torch.from_numpy(weights[:size].copy()), weights[size:]
            # Anneal's filters are height × width × channels × filters, its matrices inputs × units.
            if parameter.ndim == 4:
                values = values.reshape(shape[2], shape[3], shape[1], shape[0]).permute(3, 2, 0, 1)
            elif parameter.ndim == 2:
                values = values.reshape(shape[1], shape[0]).T
            parameter.copy_(values.reshape(shape))
    assert weights.size == 0
    optimizer, made = OPTIMIZERS[OPTIMIZER](list(model.parameters())), []
    for batch in torch.from_numpy(rows):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(inputs[batch].to(dtype)), labels[batch])
        loss.backward()
        optimizer.step()
        made.append(loss.item())
    return made


images, classes = load("train")
inputs, labels = torch.from_numpy(images).reshape(-1, 1, 28, 28), torch.from_numpy(classes)
rows = np.fromfile(os.path.join(FOLDER, "rows.u32"), dtype=np.uint32).astype(np.int64).reshape(-1, BATCH)
print(json.dumps({"float32": losses(torch.float32), "float64": losses(torch.float64)}))

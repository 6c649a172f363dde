"""PyTorch as its users call it, eager: zero_grad, forward, backward, step, the loss read at every step."""

import torch
import torch.nn.functional as F
from torch import nn

from peer import MODEL, OPTIMIZER, THREADS, batches, load, serve


class Transposed(nn.Module):
    """Flattens channels last, as the other engines do."""

    def forward(self, x):
        return x.permute(0, 2, 3, 1).flatten(1)


def block(channels, filters):
    convolution = nn.Conv2d(channels, filters, 3, padding=1, bias=False)
    return [convolution, nn.BatchNorm2d(filters), nn.ReLU(), nn.MaxPool2d(2)]


def network(kind):
    if kind == "mlp":
        return nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
    return nn.Sequential(*block(1, 16), *block(16, 32), Transposed(), nn.Linear(7 * 7 * 32, 10))


if __name__ == "__main__":
    torch.set_num_threads(THREADS)
    model = network(MODEL)
    sgd = OPTIMIZER == "sgd"
    optimizer = (
        torch.optim.SGD(model.parameters(), 0.01, momentum=0.9) if sgd else torch.optim.Adam(model.parameters(), 0.001)
    )
    images, classes = load("train")
    # One channel: the same memory, seen channels first.
    inputs, labels = torch.from_numpy(images).reshape(-1, 1, 28, 28), torch.from_numpy(classes)
    order = batches(len(inputs))

    def step():
        rows = torch.from_numpy(next(order))
        optimizer.zero_grad()
        loss = F.cross_entropy(model(inputs[rows]), labels[rows])
        loss.backward()
        optimizer.step()
        return loss.item()

    serve(step)

"""Executes exported code of one library and tells which rate and momentum its optimizer had at every update.

Reads {"cases": [...], "measured": [...]} from standard input, writes a list of results to the file that is named.
"""

import contextlib
import io
import json
import sys
import traceback

import numpy as np

INPUTS, HIDDEN, CLASSES, BATCH, BATCHES = 8, 16, 10, 4, 10

random = np.random.default_rng(1)
DATA = [
    (random.standard_normal((BATCH, INPUTS)).astype("float32"), random.integers(0, CLASSES, BATCH))
    for _ in range(BATCHES)
]
WEIGHTS = [
    random.standard_normal((INPUTS, HIDDEN)).astype("float32") / 3,
    np.zeros(HIDDEN, "float32"),
    random.standard_normal((HIDDEN, CLASSES)).astype("float32") / 4,
    np.zeros(CLASSES, "float32"),
]


class Recorder:
    """What one run tells."""

    def __init__(self, measured):
        self.lr, self.momentum, self.observed = [], [], []
        self.measured = iter(measured)

    def observe(self, metric, value):
        """A value measured after the newest update."""
        self.observed.append([metric, float(value), len(self.lr) - 1])

    def measure(self):
        value = next(self.measured)
        self.observe("validation/loss", value)
        self.observe("validation/accuracy", value)
        return value

    def result(self, weights):
        weights = [np.asarray(w, "float64").ravel().tolist() for w in weights]
        return {"lr": self.lr, "momentum": self.momentum, "observed": self.observed, "weights": sum(weights, [])}


def module_of(code):
    space = {"__name__": "exported"}
    exec(compile(code, "exported.py", "exec"), space)
    return space


def torch_model():
    import torch

    first, second = torch.nn.Linear(INPUTS, HIDDEN), torch.nn.Linear(HIDDEN, CLASSES)
    for layer, weight, bias in ((first, *WEIGHTS[:2]), (second, *WEIGHTS[2:])):
        layer.weight.data = torch.tensor(weight.T.copy())
        layer.bias.data = torch.tensor(bias)
    return torch.nn.Sequential(first, torch.nn.ReLU(), second)


def torch_weights(model):
    return [p.detach().numpy().T for p in model.parameters()]


@contextlib.contextmanager
def watching_torch(recorder):
    """Looks into every optimizer of PyTorch at the moment of its step, and at every training loss."""
    import torch
    from torch.nn import functional
    from torch.optim.optimizer import register_optimizer_step_pre_hook

    def look(optimizer, _args, _kwargs):
        group = optimizer.param_groups[0]
        recorder.lr.append(float(group["lr"]))
        recorder.momentum.append(float(group["betas"][0] if "betas" in group else group["momentum"]))

    losses = []
    own = functional.cross_entropy

    def watched(*args, **kwargs):
        loss = own(*args, **kwargs)
        if torch.is_grad_enabled():
            losses.append(loss.item())
        return loss

    handle = register_optimizer_step_pre_hook(look)
    functional.cross_entropy = watched
    try:
        yield
    finally:
        functional.cross_entropy = own
        handle.remove()
    recorder.observed += [["train/loss", loss, t] for t, loss in enumerate(losses)]


def pytorch(case, recorder):
    import torch

    model = torch_model()
    space = module_of(case["code"])

    def batches():
        while True:
            yield from ((torch.tensor(x), torch.tensor(y)) for x, y in DATA)

    def validate(_model):
        value = recorder.measure()
        return {"validation/loss": value, "validation/accuracy": value}

    with watching_torch(recorder):
        space["train"](model, batches(), *([validate] if case["validates"] else []))
    return torch_weights(model)


def fastai(case, recorder):
    import torch
    from fastai.data.core import DataLoaders
    from fastai.data.load import DataLoader

    items = [(torch.tensor(x), torch.tensor(y)) for xs, ys in DATA for x, y in zip(xs, ys)]
    loader = lambda: DataLoader(items, bs=BATCH, num_workers=0)
    model = torch_model()
    space = module_of(case["code"])

    def validate(_model):
        value = recorder.measure()
        return {"validation/loss": value, "validation/accuracy": value}

    with watching_torch(recorder):
        space["train"](model, DataLoaders(loader(), loader()), *([validate] if case["validates"] else []))
    return torch_weights(model)


def keras(case, recorder):
    import keras
    from keras import ops

    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.layers.Input((INPUTS,)),
            keras.layers.Dense(HIDDEN, activation="relu"),
            keras.layers.Dense(CLASSES),
        ]
    )
    model.set_weights(WEIGHTS)
    space = module_of(case["code"])
    number = lambda x: float(ops.convert_to_numpy(x))

    class Watch(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            optimizer = self.model.optimizer
            recorder.lr.append(number(optimizer.learning_rate))
            if hasattr(optimizer, "momentum_now"):
                recorder.momentum.append(number(optimizer.momentum_now()))
            else:
                recorder.momentum.append(optimizer.beta_1 if hasattr(optimizer, "beta_1") else optimizer.momentum)

        def on_epoch_end(self, epoch, logs=None):
            recorder.observe("train/loss", logs["loss"])

    def evaluate(*_args, **_kwargs):
        value = recorder.measure()
        return {"loss": value, "accuracy": value}

    def batches():
        while True:
            yield from DATA

    # fit asks this for its validation values.
    model.evaluate = evaluate
    validation = [(DATA[0][0], DATA[0][1])] if case["validates"] else []
    space["train"](model, batches(), *validation, callbacks=[Watch()])
    return model.get_weights()


def versions(library):
    names = {"pytorch": ["torch"], "keras": ["keras"], "fastai": ["fastai", "torch"]}[library]
    found = [f"{name} {__import__(name).__version__}" for name in names]
    if library == "keras":
        import keras

        found.append(f"on {keras.backend.backend()}")
    return " ".join(found)


def main(library, out):
    asked = json.load(sys.stdin)
    run = {"pytorch": pytorch, "keras": keras, "fastai": fastai}[library]
    results = []
    for case in asked["cases"]:
        recorder = Recorder(asked["measured"])
        said = io.StringIO()
        try:
            with contextlib.redirect_stdout(said):
                weights = run(case, recorder)
            results.append({"id": case["id"], **recorder.result(weights)})
        except Exception:
            results.append({"id": case["id"], "error": traceback.format_exc()})
        print(f"{library}: {len(results)} of {len(asked['cases'])}", end="\r", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    with open(out, "w") as file:
        json.dump({"versions": versions(library), "results": results}, file)


if __name__ == "__main__":
    main(*sys.argv[1:])

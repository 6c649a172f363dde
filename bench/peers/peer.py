"""What the Python peers share: the data that Anneal hands over, and answers to its questions, one JSON line each."""

import json
import os
import sys
import time

import numpy as np

FOLDER, MODEL, OPTIMIZER, THREADS = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
BATCH = 64


def load(part):
    """Images as samples × 28 × 28 × 1 in float32, standardised, and labels."""
    inputs = np.fromfile(os.path.join(FOLDER, f"{part}-inputs.f32"), dtype=np.float32).reshape(-1, 28, 28, 1)
    return inputs, np.fromfile(os.path.join(FOLDER, f"{part}-labels.i32"), dtype=np.int32).astype(np.int64)


def batches(samples, seed=1):
    """Numbers of the samples of one batch after the other, shuffled anew in each epoch."""
    rng = np.random.default_rng(seed)
    while True:
        order = rng.permutation(samples)
        for start in range(0, samples - BATCH + 1, BATCH):
            yield order[start : start + BATCH]


def serve(step, epoch=None):
    """Answers {"steps": n} and {"epoch": true} with milliseconds of wall clock and of processor time."""
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        wall, cpu = time.perf_counter(), time.process_time()
        if "steps" in asked:
            for _ in range(asked["steps"]):
                loss = step()
        else:
            loss = epoch()
        answer = {"wall": 1e3 * (time.perf_counter() - wall), "cpu": 1e3 * (time.process_time() - cpu), "loss": loss}
        print(json.dumps(answer), flush=True)

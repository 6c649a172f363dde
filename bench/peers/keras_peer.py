"""Keras as its users call it: train_on_batch step by step, fit for an epoch."""

import keras
import tensorflow as tf
from keras import layers

from peer import MODEL, OPTIMIZER, THREADS, batches, load, serve

tf.config.threading.set_intra_op_parallelism_threads(THREADS)
tf.config.threading.set_inter_op_parallelism_threads(THREADS)


def block(filters):
    return [
        layers.Conv2D(filters, 3, padding="same", use_bias=False),
        layers.BatchNormalization(momentum=0.9, epsilon=1e-5),
        layers.ReLU(),
        layers.MaxPooling2D(2),
    ]


hidden = [layers.Flatten(), layers.Dense(128, "relu")] if MODEL == "mlp" else [*block(16), *block(32), layers.Flatten()]
model = keras.Sequential([keras.Input((28, 28, 1)), *hidden, layers.Dense(10)])
model.compile(
    optimizer=keras.optimizers.SGD(0.01, momentum=0.9) if OPTIMIZER == "sgd" else keras.optimizers.Adam(0.001),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
inputs, labels = load("train")
validation = load("validation")
order = batches(len(inputs))


def step():
    rows = next(order)
    return float(model.train_on_batch(inputs[rows], labels[rows])[0])


def epoch():
    history = model.fit(inputs, labels, batch_size=64, epochs=1, validation_data=validation, verbose=0)
    return float(history.history["loss"][-1])


serve(step, epoch)

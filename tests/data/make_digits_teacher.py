"""Makes digits_teacher.onnx: a teacher as a PyTorch user would bring it, (examples, channels, height, width), 0 to 1.

It learns from the examples that Potstill trains the digits experiment on, and no other, so that accuracies on
validation and test stay honest. PyTorch is no dependency of Potstill; in an environment of its own:

    pip install torch==2.13.0 onnx onnxscript numpy
    python make_digits_teacher.py digits_split.npz digits_teacher.onnx

where Potstill's environment wrote the split, pixels as uint8 (examples, 8, 8, 1) and class numbers:

    data = experiments.data.load.load(experiments.digits.EXPERIMENT.data)
    numpy.savez("digits_split.npz", train_pixels=data.train.pixels, train_labels=data.train.labels,
                validation_pixels=data.validation.pixels, validation_labels=data.validation.labels)
"""

import sys

import numpy as np
import onnx
import torch
from torch import nn


class DigitsTeacher(nn.Module):
    """Three convolutions; its second output is the vector before the classifier."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            *(nn.Conv2d(1, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU()),
            *(nn.Conv2d(24, 32, 3, padding=1, stride=2), nn.BatchNorm2d(32), nn.ReLU()),
            *(nn.Conv2d(32, 64, 3, padding=1), nn.BatchNorm2d(64), nn.ReLU()),
        )
        self.classifier = nn.Linear(64, 10)

    def forward(self, image):
        pooled = self.body(image).mean(dim=(2, 3))
        return self.classifier(pooled), pooled


def main(split: str, target: str) -> None:
    data = np.load(split)

    def tensors(part):
        pixels = data[f"{part}_pixels"].astype(np.float32) / 255
        return torch.from_numpy(pixels.transpose(0, 3, 1, 2).copy()), torch.from_numpy(data[f"{part}_labels"])

    torch.manual_seed(0)
    # A model this small gains nothing by threads, and loses much where other work shares the processor.
    torch.set_num_threads(1)
    images, labels = tensors("train")
    model = DigitsTeacher()
    epochs, batch = 100, 64
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1e-2, total_steps=epochs * (len(images) // batch))
    for _ in range(epochs):
        for numbers in torch.randperm(len(images))[: len(images) // batch * batch].split(batch):
            down, right = torch.randint(0, 3, (2,)).tolist()
            shifted = nn.functional.pad(images[numbers], (1, 1, 1, 1))[:, :, down : down + 8, right : right + 8]
            loss = nn.functional.cross_entropy(model(shifted)[0], labels[numbers], label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()

    model.eval()
    images, labels = tensors("validation")
    with torch.no_grad():
        print(f"validation accuracy {(model(images)[0].argmax(1) == labels).float().mean():.4f}")
    program = torch.onnx.export(
        model,
        (images[:2],),
        input_names=["image"],
        output_names=["logits", "pooled"],
        dynamic_shapes={"image": {0: torch.export.Dim("batch")}},
    )
    # The exporter notes stack traces at each node: paths of this machine, and half of the file.
    model_file = program.model_proto
    for part in (*model_file.graph.node, *model_file.graph.value_info, *model_file.graph.input, model_file.graph):
        part.ClearField("metadata_props")
    onnx.save(model_file, target)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Random draws for each view of each example: arrays of shape (views, examples, ...), fixed by the seed."""

from dataclasses import dataclass

import numpy as np

from distill.views.augmentation import Augmentation, Views

# Every purpose has a random stream of its own, whose i-th row is for example i, whatever else is drawn.
_CROP, _TRANSLATE, _ROTATE, _FLIP, _ERASE, _PARTNER, _MIXUP, _CUTMIX, _CUTMIX_BOX, _METHOD, _COLUMNS = range(11)
_ROLL = 11


@dataclass(frozen=True, kw_only=True, eq=False)
class Draws:
    """The draws that determine the pixels of each view."""

    affine: np.ndarray
    """float32 (views, examples, 6): a pixel (x, y) of the view shows (a x + b y + c, d x + e y + f) of the example."""
    erased: np.ndarray
    """int32 (views, examples, 4): top, left, bottom, right of the grey box; empty where nothing is erased."""
    dropped: np.ndarray
    """bool (views, examples, width): the columns that are grey; of no column where none is."""
    rolled: np.ndarray
    """float32 (views, examples, width): share of its channels that a column is rolled by, 0 for none; of no column
    where no view rolls."""
    partner: np.ndarray
    """int32 (views, examples): the example that is mixed in, by its own draws of the same view; one with a label where
    the example has one, and one without where it has none."""
    blend: np.ndarray
    """float32 (views, examples): weight of the partner outside of its box (mixup)."""
    pasted: np.ndarray
    """int32 (views, examples, 4): the box that shows the partner alone (cutmix); empty where there is none."""


def draw(views: Views, *, examples: int, height: int, width: int, labelled: int | None = None) -> Draws:
    """All draws of a training set.

    More views change nothing of the first, and more unlabelled examples nothing of the labelled ones; only partners
    depend on the number of those.

    Args:
        labelled: the first so many have a label; None is all.
    """
    pairs = views.augmentation.mirrored_pairs
    labelled = examples if labelled is None else labelled
    per_view = [
        _View(views.augmentation, (examples, labelled), height, width, views.seed, number - number % 2 * pairs)
        for number in range(views.count)
    ]
    affine, erased = np.stack([view.affine() for view in per_view]), np.stack([view.erased() for view in per_view])
    dropped = np.stack([view.dropped() for view in per_view])
    rolled = np.stack([view.rolled() for view in per_view])
    partner, blend, pasted = map(np.stack, zip(*map(_View.mix, per_view)))
    if pairs:
        affine[1::2] = _mirrored(affine[1::2], width)
        dropped[1::2], rolled[1::2] = dropped[1::2, :, ::-1], rolled[1::2, :, ::-1]
        erased[1::2], pasted[1::2] = _mirrored_boxes(erased[1::2], width), _mirrored_boxes(pasted[1::2], width)
    return Draws(
        affine=affine, erased=erased, dropped=dropped, rolled=rolled, partner=partner, blend=blend, pasted=pasted
    )


def _mirrored(affine: np.ndarray, width: int) -> np.ndarray:
    """The maps of mirror images: column x shows what column width - 1 - x showed."""
    a, b, c, d, e, f = np.moveaxis(affine, -1, 0)
    return np.stack([-a, b, c + (width - 1) * a, -d, e, f + (width - 1) * d], axis=-1)


def _mirrored_boxes(boxes: np.ndarray, width: int) -> np.ndarray:
    top, left, bottom, right = np.moveaxis(boxes, -1, 0)
    return np.stack([top, width - right, bottom, width - left], axis=-1)


class _View:
    def __init__(
        self, augmentation: Augmentation, counts: tuple[int, int], height: int, width: int, seed: int, view: int
    ):
        """
        Args:
            counts: examples, and those of them with a label.
        """
        self._augmentation, self._height, self._width = augmentation, height, width
        self._examples, self._labelled = counts
        self._key = (seed, 16 * view)

    def _stream(self, purpose: int) -> np.random.Generator:
        seed, view = self._key
        return np.random.Generator(np.random.Philox(key=[seed, view + purpose]))

    def _uniform(self, purpose: int, columns: int) -> np.ndarray:
        return self._stream(purpose).random((self._examples, columns)).T

    def affine(self) -> np.ndarray:
        """Flip, then turn, then scale about the centre, then shift."""
        augmentation, height, width = self._augmentation, self._height, self._width
        (turn,) = self._uniform(_ROTATE, 1)
        angle = np.deg2rad(augmentation.rotate_degrees) * (2 * turn - 1)
        flip = np.where(self._uniform(_FLIP, 1)[0] < 0.5, -1.0, 1.0) if augmentation.flip else 1.0
        area, aspect, across, down = self._uniform(_CROP, 4)
        area = augmentation.crop_min_area + (1 - augmentation.crop_min_area) * area
        aspect = np.exp((2 * aspect - 1) * np.log(4 / 3)) if augmentation.crop_min_area < 1 else 1.0
        # A wide crop of a large area would not fit: it gets the width of the image.
        scale_x, scale_y = np.minimum(1, np.sqrt(area * aspect)), np.minimum(1, np.sqrt(area / aspect))
        reach = augmentation.translate_pixels
        shift_y, shift_x = self._stream(_TRANSLATE).integers(-reach, reach + 1, (self._examples, 2)).T
        if height == 1:
            # Signals and texts have nothing above and below.
            shift_y = np.zeros_like(shift_y)
        shift_x = shift_x + (across - 0.5) * (1 - scale_x) * width
        shift_y = shift_y + (down - 0.5) * (1 - scale_y) * height
        a, b = flip * scale_x * np.cos(angle), -scale_x * np.sin(angle)
        d, e = flip * scale_y * np.sin(angle), scale_y * np.cos(angle)
        centre_x, centre_y = (width - 1) / 2, (height - 1) / 2
        c = centre_x + shift_x - a * centre_x - b * centre_y
        f = centre_y + shift_y - d * centre_x - e * centre_y
        columns = [np.broadcast_to(column, self._examples) for column in (a, b, c, d, e, f)]
        return np.stack(columns, axis=1).astype(np.float32)

    def erased(self) -> np.ndarray:
        chance, area, aspect, across, down = self._uniform(_ERASE, 5)
        aspect = np.exp((2 * aspect - 1) * np.log(3))
        box = self._box(area * self._augmentation.erase_max_area, aspect, across, down)
        return box * (chance < 0.5)[:, None]

    def dropped(self) -> np.ndarray:
        columns = self._width if self._augmentation.drop_columns else 0
        return self._augmentation.drop_columns > self._uniform(_COLUMNS, columns).T

    def rolled(self) -> np.ndarray:
        share = self._augmentation.roll_channels
        chance = self._uniform(_ROLL, self._width if share else 0).T
        # Below the share, chance itself is uniform.
        return np.where(chance < share, chance / max(share, 1e-9), 0).astype(np.float32)

    def mix(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Partner, blend and pasted box."""
        augmentation = self._augmentation
        # Of a label and none, no label could be mixed.
        has_label = np.arange(self._examples) < self._labelled
        first = np.where(has_label, 0, self._labelled)
        choices = np.where(has_label, self._labelled, self._examples - self._labelled)
        partner = (first + np.minimum((self._uniform(_PARTNER, 1)[0] * choices), choices - 1)).astype(np.int32)
        chance, choice = self._uniform(_METHOD, 2)
        mixed = chance < augmentation.mix_share
        share = 1.0 if not augmentation.cutmix_alpha else 0.0 if not augmentation.mixup_alpha else 0.5
        by_mixup = mixed & (choice < share) & (augmentation.mixup_alpha > 0)
        by_cutmix = mixed & ~by_mixup & (augmentation.cutmix_alpha > 0)
        blend = np.where(by_mixup, 1 - self._beta(_MIXUP, augmentation.mixup_alpha), 0).astype(np.float32)
        across, down = self._uniform(_CUTMIX_BOX, 2)
        box = self._box(1 - self._beta(_CUTMIX, augmentation.cutmix_alpha), 1.0, across, down)
        return partner, blend, box * by_cutmix[:, None]

    def _beta(self, purpose: int, alpha: float) -> np.ndarray:
        return self._stream(purpose).beta(alpha, alpha, self._examples) if alpha else np.ones(self._examples)

    def _box(self, area, aspect, across, down) -> np.ndarray:
        """Boxes of a share of the image's area around a point anywhere in it, cut at the borders."""
        if self._height == 1:
            # Of signals and texts a box has the one row, and its share of the columns.
            aspect, down = np.maximum(area, 1e-9), 0.5
        half_height, half_width = self._height * np.sqrt(area / aspect) / 2, self._width * np.sqrt(area * aspect) / 2
        middle_y, middle_x = down * self._height, across * self._width
        box = (middle_y - half_height, middle_x - half_width, middle_y + half_height, middle_x + half_width)
        limits = (self._height, self._width, self._height, self._width)
        return np.stack([np.clip(np.round(side), 0, limit) for side, limit in zip(box, limits)], axis=1).astype(
            np.int32
        )

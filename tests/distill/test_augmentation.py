import pytest

from distill.augmentation import Augmentation


def test_negative_shift_is_refused():
    with pytest.raises(ValueError, match="shift_pixels is -1"):
        Augmentation(shift_pixels=-1)

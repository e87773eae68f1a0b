import pytest

from distill.views.augmentation import Augmentation


@pytest.mark.parametrize(
    "field",
    [
        dict(crop_min_area=0.0),
        dict(translate_pixels=-1),
        dict(rotate_degrees=181.0),
        dict(erase_max_area=1.0),
        dict(mixup_alpha=-0.1),
        dict(cutmix_alpha=float("nan")),
        dict(mix_share=1.5),
    ],
)
def test_bad_augmentation_is_refused_by_name(field):
    with pytest.raises(ValueError, match=f"augmentation.{next(iter(field))}"):
        Augmentation(**field)


def test_what_mixes_and_what_resamples():
    assert not Augmentation(translate_pixels=2, flip=True).mixes
    assert not Augmentation(translate_pixels=2, flip=True).resamples
    assert Augmentation(mixup_alpha=0.2).mixes
    assert not Augmentation(cutmix_alpha=1.0, mix_share=0.0).mixes
    assert Augmentation(rotate_degrees=5).resamples
    assert Augmentation(crop_min_area=0.5).resamples

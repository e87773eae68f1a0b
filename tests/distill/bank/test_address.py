from dataclasses import replace

from distill.bank.address import bank_address
from distill.views.augmentation import Augmentation, Views

VIEWS = Views(augmentation=Augmentation(translate_pixels=1, cutmix_alpha=1.0), count=3, seed=5)


def test_address_changes_with_every_ingredient():
    base = dict(data_digest="d", teacher_digest="t", views=VIEWS, top_k=64)
    changes = [
        dict(data_digest="e"),
        dict(teacher_digest="u"),
        dict(views=replace(VIEWS, augmentation=Augmentation())),
        dict(views=replace(VIEWS, count=4)),
        dict(views=replace(VIEWS, seed=6)),
        dict(top_k=5),
        dict(features=("pooled",)),
    ]
    addresses = [bank_address(**base), *(bank_address(**base | change) for change in changes)]
    assert len(set(addresses)) == len(addresses)
    assert bank_address(**base) == addresses[0]


def test_address_is_that_of_banks_on_users_disks():
    address = bank_address(data_digest="d", teacher_digest="t", views=VIEWS, top_k=64, features=("pooled", "map"))
    assert address == "b4e7c35a142d1c68"

import pytest

from search.space import Space


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (dict(widths=()), "space.widths is empty"),
        (dict(blocks=("mbconv",)), "space.blocks"),
        (dict(strides=(0,)), "1 or"),
        (dict(downscales=(1, 0)), "space.downscales"),
        (dict(head_widths=(0, -8)), "space.head_widths"),
    ],
)
def test_bad_space_is_refused_by_name(fields, message):
    with pytest.raises(ValueError, match=message):
        Space(**fields)

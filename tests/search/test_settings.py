import pytest

from search.settings import Search


@pytest.mark.parametrize(
    "fields",
    [
        dict(trials=0),
        dict(epochs=()),
        dict(epochs=(1, 2), survivors=()),
        dict(epochs=(3,), survivors=(2,)),
        dict(epochs=(0,)),
    ],
)
def test_bad_rungs_are_refused(fields):
    with pytest.raises(ValueError, match=r"search\."):
        Search(**fields)

"""The hypervolume of a front: how much of the space below a reference its members dominate together."""

from collections.abc import Sequence


def hypervolume(points: Sequence[Sequence[float]], reference: Sequence[float]) -> float:
    """Volume that `points` dominate and `reference` bounds; every objective is to be small (Zitzler & Thiele 1998).

    Points that are not below the reference in everything add nothing.
    """
    inside = [tuple(point) for point in points if all(a < b for a, b in zip(point, reference))]
    if not inside:
        return 0.0
    if len(reference) == 1:
        return reference[0] - min(inside)[0]
    # Slices along the last objective; in each of them the points that reach it dominate an area of one dimension less.
    ordered = sorted(inside, key=lambda point: point[-1])
    ends = [point[-1] for point in ordered[1:]] + [reference[-1]]
    volume, reached = 0.0, []
    for point, end in zip(ordered, ends):
        reached.append(point[:-1])
        if end > point[-1]:
            volume += (end - point[-1]) * hypervolume(reached, reference[:-1])
    return volume

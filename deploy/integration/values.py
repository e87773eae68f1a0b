"""What templates of every language say of a bundle's preprocessing, under one set of names."""

from deploy.bundle.bundle import Bundle


def values(bundle: Bundle) -> dict:
    """Sizes, what the file takes and gives, and for sound the numbers of samples that follow from its settings."""
    of = bundle.preprocessing
    numbers = dict(sound=None)
    if of.sound is not None:
        samples = int(of.sound.seconds * of.sound.sample_rate)
        numbers = dict(sound=of.sound, samples=samples, hop=samples // of.sound.frames)
    return dict(
        height=of.height,
        width=of.width,
        channels=of.channels,
        classes=len(bundle.labels),
        input_dtype=of.input_dtype,
        offset=of.offset,
        levels=of.levels if of.input_dtype == "float32" else tuple(map(int, of.levels)),
        output_dtype=of.output_dtype,
        output_scale=of.output_scale,
        output_zero_point=of.output_zero_point,
        **numbers,
    )


def plus(offset: int) -> str:
    """What adds a number to what stands before it, in every language here."""
    return f" {'-' if offset < 0 else '+'} {abs(offset)}" if offset else ""

"""The clock by which all durations are counted: monotonic, and going on while the machine sleeps."""

import time


def now() -> float:
    """Seconds since the machine was started (CLOCK_BOOTTIME)."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def seconds(microseconds: int) -> float:
    return microseconds / 1e6


def microseconds(seconds_: float) -> int:
    return round(seconds_ * 1e6)

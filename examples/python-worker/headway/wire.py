"""Frames and their fields (schemas/protocol.md, "Transport and encoding").

A message is a dataclass whose fields are declared with `wire(kind, default)`. A kind reads one value of a map, and raises
`Invalid` where it is not what the protocol says; keys that nobody declared are skipped, missing ones have their default.
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any, Callable, TypeVar

import msgpack

MAX_FRAME_BYTES = 1 << 20
MAX_ENTRIES = 131_072
MAX_DEPTH = 16
MOST_MICROSECONDS = 10 * 366 * 86_400 * 1_000_000  # ten years

Kind = Callable[[Any], Any]
Message = TypeVar("Message")


class Invalid(ValueError):
    """A frame that is not what the protocol says. It is to be counted, told and dropped."""


def pack(value: dict[str, Any]) -> bytes:
    """A map as a frame. Text that is not UTF-8 (of a path, say) keeps its bytes."""
    return msgpack.packb(value, use_bin_type=True, unicode_errors="surrogateescape")


def unpack(frame: bytes) -> dict[str, Any]:
    """The map of a frame, within the limits of the protocol. Raises Invalid."""
    if len(frame) > MAX_FRAME_BYTES:
        raise Invalid(f"a frame of {len(frame)} bytes")
    try:
        value = msgpack.unpackb(
            frame,
            raw=False,
            strict_map_key=False,
            unicode_errors="surrogateescape",
            max_array_len=MAX_ENTRIES,
            max_map_len=MAX_ENTRIES,
            max_ext_len=0,
        )
    except Exception as error:  # the library has a dozen ways to say no
        raise Invalid(f"no msgpack: {type(error).__name__}") from error
    if not isinstance(value, dict):
        raise Invalid("not a map")
    _check_shape(value, MAX_DEPTH)
    return value


def _check_shape(value: Any, depth: int) -> None:
    if isinstance(value, (list, dict)) and depth == 0:
        raise Invalid("nested too deep")
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise Invalid("a key that is no str")
        for each in value.values():
            _check_shape(each, depth - 1)
    elif isinstance(value, list):
        for each in value:
            _check_shape(each, depth - 1)


# ---- Kinds of values


def integer(least: int, most: int) -> Kind:
    def read(value: Any) -> int:
        if type(value) is not int or not least <= value <= most:
            raise Invalid(f"{value!r:.40} is no integer from {least} to {most}")
        return value

    return read


uint32 = integer(0, (1 << 32) - 1)
uint64 = integer(0, (1 << 64) - 1)
int32 = integer(-(1 << 31), (1 << 31) - 1)
int64 = integer(-(1 << 63), (1 << 63) - 1)
microseconds = integer(-MOST_MICROSECONDS, MOST_MICROSECONDS)


def _of_type(wanted: type) -> Kind:
    def read(value: Any) -> Any:
        if type(value) is not wanted:
            raise Invalid(f"{value!r:.40} is no {wanted.__name__}")
        return value

    return read


text = _of_type(str)
binary = _of_type(bytes)
flag = _of_type(bool)


def number(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise Invalid(f"{value!r:.40} is no number")
    return float(value)


def word(*words: str) -> Kind:
    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in words:
            raise Invalid(f"{value!r:.40} is none of {', '.join(words)}")
        return value

    return read


def array(kind: Kind) -> Kind:
    def read(value: Any) -> list[Any]:
        return [kind(each) for each in _of_type(list)(value)]

    return read


def pair(first: Kind, second: Kind) -> Kind:
    def read(value: Any) -> tuple[Any, Any]:
        if type(value) is not list or len(value) != 2:
            raise Invalid(f"{value!r:.40} is no pair")
        return first(value[0]), second(value[1])

    return read


def optional(kind: Kind) -> Kind:
    return lambda value: None if value is None else kind(value)


def record(message: type) -> Kind:
    return lambda value: read(message, _of_type(dict)(value))


# ---- Messages


def wire(kind: Kind, default: Any) -> Any:
    """A field of a message. The default is a value, or what makes one (`list`)."""
    if callable(default):
        return dataclasses.field(default_factory=default, metadata={"kind": kind})
    return dataclasses.field(default=default, metadata={"kind": kind})


def read(message: type[Message], values: dict[str, Any]) -> Message:
    """The message in a map. Raises Invalid."""
    given = {}
    for field in dataclasses.fields(message):
        if field.name in values:
            try:
                given[field.name] = field.metadata["kind"](values[field.name])
            except Invalid as error:
                raise Invalid(f"{field.name}: {error}") from None
    return message(**given)


def plain(message: Any) -> dict[str, Any]:
    """The map of a message; `read` is its inverse."""
    return dataclasses.asdict(message)

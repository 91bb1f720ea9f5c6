"""The file to which a ticket appends lines: `60% compiling`, or `checkpoint NAME`."""

from __future__ import annotations

import os
import re
from typing import Iterator

_SHARE = re.compile(rb"\s*(\d{1,3}(?:\.\d+)?)%\s*(.*)", re.DOTALL)
_CHECKPOINT = re.compile(rb"\s*checkpoint\s+(.+)", re.DOTALL)
MAX_MESSAGE_BYTES = 1024
MAX_NAME_BYTES = 200
MAX_LINE_BYTES = 64 << 10
MAX_READ_BYTES = 1 << 20


def _text(data: bytes, most: int) -> str:
    return data[:most].decode(errors="ignore").strip()


class ProgressFile:
    """Read as it grows, a whole line at a time."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._position = 0
        self._rest = b""
        with open(path, "wb"):
            pass

    def lines(self, at_end: bool = False) -> Iterator[tuple[str, float, str]]:
        """("progress", share, message) or ("checkpoint", 0, name) for each new line."""
        try:
            with open(self.path, "rb") as file:
                file.seek(self._position)
                data = file.read(MAX_READ_BYTES)
        except OSError:
            return  # the ticket took it away: its own loss
        self._position += len(data)
        *whole, self._rest = (self._rest + data).split(b"\n")
        if at_end or len(self._rest) > MAX_LINE_BYTES:
            whole.append(self._rest)
            self._rest = b""
        for line in whole:
            if found := _CHECKPOINT.fullmatch(line):
                if name := _text(found[1], MAX_NAME_BYTES):
                    yield "checkpoint", 0.0, name
            elif found := _SHARE.fullmatch(line):
                yield "progress", min(float(found[1]) / 100, 1.0), _text(found[2], MAX_MESSAGE_BYTES)

    def remove(self) -> None:
        try:
            os.unlink(self.path)
        except OSError:
            pass

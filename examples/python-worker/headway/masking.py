"""Secrets in a stream of output become `***`, also where a piece ends in the middle of one."""

from __future__ import annotations

import os
import re
from typing import Iterable

MASK = b"***"


class Masker:
    def __init__(self, secrets: Iterable[str]) -> None:
        values = sorted({os.fsencode(value) for value in secrets if value}, key=len, reverse=True)
        self._values = values
        self._pattern = re.compile(b"|".join(map(re.escape, values))) if values else None
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """What is certain by now; the beginning of what may become a secret is held back."""
        if self._pattern is None:
            return data
        self._held = self._pattern.sub(MASK, self._held + data)
        certain = len(self._held) - self._undecided()
        result, self._held = self._held[:certain], self._held[certain:]
        return result

    def finish(self) -> bytes:
        result, self._held = self._held, b""
        return result

    def _undecided(self) -> int:
        """How many bytes at the end are the beginning of a secret."""
        longest = min(len(self._values[0]) - 1, len(self._held))
        for count in range(longest, 0, -1):
            if any(value.startswith(self._held[-count:]) for value in self._values):
                return count
        return 0

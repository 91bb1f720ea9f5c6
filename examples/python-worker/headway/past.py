"""What a worker remembers of tokens that it holds no more, so that a late message starts nothing twice."""

from __future__ import annotations

import heapq

MOST_REMEMBERED = 10_000

REJECTED = "rejected"
STOPPED = "stopped"


class Past:
    def __init__(self) -> None:
        self._known: dict[int, str] = {}
        self._smallest: list[int] = []
        self._forgotten_up_to = 0

    def remember(self, token: int, what: str) -> None:
        if token not in self._known:
            heapq.heappush(self._smallest, token)
        self._known[token] = what
        while len(self._known) > MOST_REMEMBERED:
            self._forgotten_up_to = heapq.heappop(self._smallest)
            del self._known[self._forgotten_up_to]

    def of(self, token: int) -> str | None:
        """REJECTED, STOPPED, or nothing: it is new. What was forgotten counts as stopped."""
        if token in self._known:
            return self._known[token]
        return STOPPED if token <= self._forgotten_up_to else None

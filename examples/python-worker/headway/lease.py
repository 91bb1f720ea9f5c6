"""The worker's lease: how long what it runs is its own, counted from the sending of what was answered."""

from __future__ import annotations

MOST_UNANSWERED = 1000  # heartbeats of which the time is kept


class Lease:
    def __init__(self) -> None:
        self.ends = 0.0  # seconds of clock.now
        self._length = 0.0
        self._number = 0
        self._sent: dict[int, float] = {}

    def begin(self, hello_sent: float, length: float) -> None:
        """By a welcome. An answer never makes a lease end earlier."""
        self._length = length
        self._sent.clear()
        self.ends = max(self.ends, hello_sent + length)

    def next_heartbeat(self, now: float) -> int:
        """The number of one that is sent now."""
        self._number += 1
        self._sent[self._number] = now
        if len(self._sent) > MOST_UNANSWERED:
            del self._sent[min(self._sent)]
        return self._number

    def acknowledge(self, number: int) -> float | None:
        """When that heartbeat was sent; none, and nothing renewed, where it was not, or was acknowledged before."""
        sent = self._sent.get(number)
        if sent is None:
            return None
        self._sent = {other: at for other, at in self._sent.items() if other > number}
        self.ends = max(self.ends, sent + self._length)
        return sent

    def holds(self, now: float) -> bool:
        return now < self.ends

    def give_up(self) -> None:
        self.ends = 0.0

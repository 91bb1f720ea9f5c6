"""When something unacknowledged is due again: after 2 s, 4 s, 8 s, then every 10 s."""

from __future__ import annotations

FIRST_SECONDS = 2.0
MOST_SECONDS = 10.0


class Resending:
    def __init__(self, now: float) -> None:
        self.due = now  # at once
        self._pause = FIRST_SECONDS

    def sent(self, now: float) -> None:
        self.due = now + self._pause
        self._pause = min(2 * self._pause, MOST_SECONDS)

    def again(self, now: float) -> None:
        """From the beginning, as after each welcome."""
        self.due = now
        self._pause = FIRST_SECONDS

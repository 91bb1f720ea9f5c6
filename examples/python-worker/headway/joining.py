"""When a worker says hello, and on which connection.

             welcome                    lease ran out, or three heartbeats unanswered
  GREETING ───────────► JOINED ──────────────────────────────────────────► (opens a socket, says hello) GREETING
   │  ▲ ▲                  │ hello_again
   │  │ └── AGAIN ◄────────┘      (100 ms after the last hello, on the same connection)
   │  └─── PAUSING ◄── refused with `retry`, a welcome that came too late
   └─ no answer within a pause: opens another socket, says hello there
"""

from __future__ import annotations

import enum
import random

FIRST_PAUSE_SECONDS = 1.0
MOST_PAUSE_SECONDS = 10.0
BETWEEN_HELLOS_SECONDS = 0.1


class Phase(enum.Enum):
    GREETING = enum.auto()
    PAUSING = enum.auto()
    AGAIN = enum.auto()
    JOINED = enum.auto()


class Joining:
    """Says what is due; whoever asks opens sockets and sends."""

    def __init__(self, now: float) -> None:
        self.phase = Phase.PAUSING
        self.due = now  # when something happens by itself; not while JOINED
        self.hello_sent = 0.0
        self.hellos = 0
        self._pause = FIRST_PAUSE_SECONDS

    def _next_pause(self) -> float:
        pause, self._pause = self._pause, min(2 * self._pause, MOST_PAUSE_SECONDS)
        return pause * random.uniform(1.0, 1.25)

    def hello_said(self, now: float) -> int:
        """Its number."""
        self.phase = Phase.GREETING
        self.hello_sent = now
        self.hellos += 1
        self.due = now + self._next_pause()
        return self.hellos

    def pause(self, now: float) -> None:
        self.phase = Phase.PAUSING
        self.due = now + self._next_pause()

    def asked_again(self, now: float) -> None:
        if self.phase is Phase.JOINED:
            self.phase = Phase.AGAIN
            self.due = max(now, self.hello_sent + BETWEEN_HELLOS_SECONDS)

    def lost(self, now: float) -> None:
        """The connection or the lease is: another one at once, where none is under way."""
        if self.phase is Phase.JOINED:
            self.phase = Phase.PAUSING
            self.due = max(now, self.hello_sent + BETWEEN_HELLOS_SECONDS)

    def welcomed(self) -> None:
        self.phase = Phase.JOINED
        self._pause = FIRST_PAUSE_SECONDS

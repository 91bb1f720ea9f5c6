"""An attempt's output on its way to the coordinator.

Kept until acknowledged; sent within a window; sent again under a new session, and when two acknowledgements of later heartbeats
do not cover it. Of a flood the first `head` and the last `tail` bytes are kept: what comes after the head waits for the end.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

PIECE_BYTES = 1 << 16
WINDOW_BYTES = 256 << 10
ACKNOWLEDGEMENTS_BEFORE_RESENDING = 2


@dataclass
class Piece:
    offset: int
    data: bytes
    sent_at: float = 0.0

    @property
    def end(self) -> int:
        return self.offset + len(self.data)


class KeptOutput:
    def __init__(self, head: int, tail: int) -> None:
        self.size = 0  # of all that came, left out bytes included
        self._head_left = head
        self._tail_limit = tail
        self._tail: deque[bytes] = deque()
        self._tail_size = 0
        self._pieces: deque[Piece] = deque()  # not acknowledged, in order
        self._sent = 0  # how many of them were sent under this session
        self._under_way = 0  # bytes of those
        self._passed_over = 0  # acknowledgements in a row that did not cover the first one

    def append(self, data: bytes) -> None:
        head, rest = data[: self._head_left], data[self._head_left :]
        self._add_pieces(self.size, head)
        self._head_left -= len(head)
        self.size += len(data)
        if rest:
            self._tail.append(rest)
            self._tail_size += len(rest)
            while self._tail and self._tail_size - len(self._tail[0]) >= self._tail_limit:
                self._tail_size -= len(self._tail.popleft())

    def finish(self) -> None:
        """Nothing more will come."""
        tail = b"".join(self._tail)
        tail = tail[max(0, len(tail) - self._tail_limit) :]
        self._tail.clear()
        self._add_pieces(self.size - len(tail), tail)

    def _add_pieces(self, offset: int, data: bytes) -> None:
        for start in range(0, len(data), PIECE_BYTES):
            self._pieces.append(Piece(offset + start, data[start : start + PIECE_BYTES]))

    @property
    def is_empty(self) -> bool:
        return not self._pieces

    @property
    def waits(self) -> bool:
        """Whether more is there than the window lets through now."""
        return self._sent < len(self._pieces)

    def take(self, now: float) -> list[Piece]:
        """What may be sent, and counts as sent now."""
        taken = []
        while self.waits and self._under_way + len(self._pieces[self._sent].data) <= WINDOW_BYTES:
            piece = self._pieces[self._sent]
            piece.sent_at = now
            self._under_way += len(piece.data)
            self._sent += 1
            taken.append(piece)
        return taken

    def acknowledge(self, offset: int) -> None:
        """Everything before `offset` has arrived."""
        while self._sent and self._pieces[0].end <= offset:
            self._under_way -= len(self._pieces.popleft().data)
            self._sent -= 1
            self._passed_over = 0

    def heartbeat_acknowledged(self, sent_at: float) -> None:
        """Of one that was sent then, its acknowledgements of output applied."""
        if self._sent and self._pieces[0].sent_at < sent_at:
            self._passed_over += 1
            if self._passed_over >= ACKNOWLEDGEMENTS_BEFORE_RESENDING:
                self.send_again()

    def send_again(self) -> None:
        self._sent = self._under_way = self._passed_over = 0

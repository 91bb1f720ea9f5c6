"""Lists of plain values over a stream socket, between a worker and one of its supervisors.

Neither side ever waits for the other: what cannot be written now is kept, and the one who produces asks `is_full`.
"""

from __future__ import annotations

import socket
from typing import Any

import msgpack

FULL_BYTES = 1 << 20
_READ_BYTES = 1 << 18
_MAX_MESSAGE_BYTES = 1 << 24


class Channel:
    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self._socket = connection
        self._outbox = bytearray()
        self._reader = msgpack.Unpacker(
            raw=False, unicode_errors="surrogateescape", max_buffer_size=_MAX_MESSAGE_BYTES
        )
        self.is_open = True

    def fileno(self) -> int:
        return self._socket.fileno()

    @property
    def is_full(self) -> bool:
        return len(self._outbox) >= FULL_BYTES

    @property
    def has_more_to_write(self) -> bool:
        return bool(self._outbox) and self.is_open

    def send(self, *message: Any) -> None:
        self._outbox += msgpack.packb(message, unicode_errors="surrogateescape")
        self.write()

    def write(self) -> None:
        """Writes what can be written now."""
        while self._outbox and self.is_open:
            try:
                written = self._socket.send(self._outbox)
            except BlockingIOError:
                return
            except OSError:
                self.is_open = False
                return
            del self._outbox[:written]

    def receive(self) -> list[list[Any]]:
        """All messages that are there; `is_open` is false when the other side is gone."""
        try:
            data = self._socket.recv(_READ_BYTES)
        except BlockingIOError:
            return []
        except OSError:
            data = b""
        if not data:
            self.is_open = False
            return []
        self._reader.feed(data)
        return list(self._reader)

    def close(self) -> None:
        self.is_open = False
        self._socket.close()

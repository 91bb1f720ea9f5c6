"""How handshakes fail (zmq_socket_monitor(3)), and whether whoever listens will ever let this side in.

One that asks for keys, or for others, often just hangs up; but so does a tunnel or a relay whose coordinator is away for a
moment, and for that one waits: who listens is asked once several greetings in a row were cut short.
"""

from __future__ import annotations

import enum
import os
import socket
import struct

import zmq
from zmq.utils.monitor import recv_monitor_message

CUT_SHORT_BEFORE_ASKING = 5
ANSWER_SECONDS = 0.3
_GREETING_BYTES = 64  # of ZMTP 3 (rfc.zeromq.org/spec/23)
_MECHANISM = slice(12, 32)
_EVENTS = (
    zmq.EVENT_HANDSHAKE_FAILED_AUTH | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL | zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL
    | zmq.EVENT_HANDSHAKE_SUCCEEDED
)  # fmt: skip


class Closed(enum.Enum):
    """Why a door stays closed."""

    UNKNOWN_KEY = enum.auto()  # or it was revoked
    ASKS_FOR_KEYS = enum.auto()  # and this side has none
    STRANGER = enum.auto()  # another coordinator than the one that the key is for, or it asks for no keys
    OTHER_USER = enum.auto()  # a socket file that lets in its own user and root alone


class _Listener(enum.Enum):
    NOBODY = enum.auto()
    OPEN = enum.auto()
    ASKS_FOR_KEYS = enum.auto()
    ANOTHERS = enum.auto()


class Greetings:
    """Of the connections to one endpoint, one socket after the other."""

    def __init__(self, endpoint: str, with_key: bool) -> None:
        self._endpoint = endpoint
        self._with_key = with_key
        self._cut_short = 0  # since it was last asked who listens
        self._asked_for_keys = False  # the one that listened then
        self.monitor: zmq.Socket | None = None  # readable when there is something to judge

    def watch(self, connection: zmq.Socket) -> None:
        """Before it connects; after `ignore` of the one before."""
        self.monitor = connection.get_monitor_socket(_EVENTS)

    def ignore(self, connection: zmq.Socket) -> None:
        """Before it is closed."""
        connection.disable_monitor()
        if self.monitor is not None:
            self.monitor.close(linger=0)
            self.monitor = None

    def closed(self) -> Closed | None:
        """None: trying again may help. May ask who listens, which takes some tenths of a second."""
        while self.monitor is not None and self.monitor.poll(0):
            event = recv_monitor_message(self.monitor)["event"]
            if event == zmq.EVENT_HANDSHAKE_SUCCEEDED:
                self._cut_short, self._asked_for_keys = 0, False
            elif event == zmq.EVENT_HANDSHAKE_FAILED_AUTH:
                return Closed.UNKNOWN_KEY
            elif event == zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL or self._is_stranger():
                return self._reason()
        return None

    def _reason(self) -> Closed:
        if self._endpoint.startswith("ipc://"):
            return Closed.OTHER_USER
        return Closed.STRANGER if self._with_key else Closed.ASKS_FOR_KEYS

    def _is_stranger(self) -> bool:
        self._cut_short += 1
        if self._cut_short < CUT_SHORT_BEFORE_ASKING:
            return False
        self._cut_short = 0
        listener = _who_listens(self._endpoint)
        if listener is _Listener.OPEN:
            return self._with_key
        if listener is _Listener.ASKS_FOR_KEYS and self._with_key:
            # The first time may be that it has just come back, and would let us in.
            asked_before, self._asked_for_keys = self._asked_for_keys, True
            return asked_before
        if listener is _Listener.NOBODY:
            self._asked_for_keys = False
        return listener in (_Listener.ASKS_FOR_KEYS, _Listener.ANOTHERS)


def _who_listens(endpoint: str) -> _Listener:
    if endpoint.startswith("ipc://"):
        return _who_listens_at_a_file(endpoint.removeprefix("ipc://"))
    if _greets_with(endpoint, b"CURVE"):
        return _Listener.ASKS_FOR_KEYS
    return _Listener.OPEN if _greets_with(endpoint, b"NULL") else _Listener.NOBODY


def _who_listens_at_a_file(path: str) -> _Listener:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(ANSWER_SECONDS)
            connection.connect(path)
            credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    except OSError:
        return _Listener.NOBODY
    _, user, _ = struct.unpack("3i", credentials)
    return _Listener.OPEN if os.geteuid() in (0, user) else _Listener.ANOTHERS


def _greets_with(endpoint: str, mechanism: bytes) -> bool:
    """Whether a greeting with this mechanism is answered by one with the same."""
    host, _, port = endpoint.removeprefix("tcp://").rpartition(":")
    said = (b"\xff\0\0\0\0\0\0\0\1\x7f\3\1" + mechanism).ljust(_GREETING_BYTES, b"\0")
    heard = b""
    try:
        with socket.create_connection((host.strip("[]"), int(port)), ANSWER_SECONDS) as connection:
            connection.sendall(said)
            while len(heard) < _MECHANISM.stop and (block := connection.recv(_GREETING_BYTES)):
                heard += block
    except OSError:
        return False
    return heard[_MECHANISM] == said[_MECHANISM]

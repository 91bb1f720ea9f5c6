"""The worker's DEALER socket: frames out, frames in. A send proves nothing."""

from __future__ import annotations

import sys
from typing import Any, Iterator

import zmq

from . import messages
from .greetings import Greetings
from .keys import Key
from .wire import MAX_FRAME_BYTES, Invalid, pack

LINGER_MS = 1000  # for the last words of a worker that leaves
QUEUE = 2000  # messages each way
INPUTS_A_TURN = 500
COMPLAINTS = 20  # told in full; more are counted only


class Link:
    def __init__(self, endpoint: str, key: Key | None) -> None:
        self._context = zmq.Context()
        self._endpoint = endpoint
        self._key = key
        self.socket: zmq.Socket | None = None
        self.greetings = Greetings(endpoint, key is not None)
        self.dropped = 0

    def open(self) -> None:
        """A new connection; the one before is gone with all that was under way on it."""
        if self.socket is not None:
            self.greetings.ignore(self.socket)
            self.socket.close(linger=0)
        self.socket = self._context.socket(zmq.DEALER)
        self.socket.setsockopt(zmq.IPV6, 1)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.setsockopt(zmq.MAXMSGSIZE, MAX_FRAME_BYTES)
        self.socket.setsockopt(zmq.SNDHWM, QUEUE)
        self.socket.setsockopt(zmq.RCVHWM, QUEUE)
        self.socket.setsockopt(zmq.RECONNECT_IVL, 100)
        self.socket.setsockopt(zmq.RECONNECT_IVL_MAX, 2000)
        if self._key:
            self._key.use(self.socket)
        self.greetings.watch(self.socket)
        self.socket.connect(self._endpoint)

    def send(self, message: Any, session: int) -> None:
        try:
            self.socket.send(pack(messages.to_map(message, session)), zmq.NOBLOCK)
        except zmq.Again:
            self.dropped += 1  # as if it were lost on the way

    def receive(self) -> Iterator[tuple[int, Any]]:
        """Session and message of each valid frame; what is not valid is counted, told and dropped."""
        for _ in range(INPUTS_A_TURN):
            try:
                frames = self.socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            try:
                if len(frames) != 1:
                    raise Invalid(f"a message of {len(frames)} frames")
                yield messages.from_frame(frames[0])
            except Invalid as error:
                self.drop(str(error))

    def drop(self, why: str) -> None:
        self.dropped += 1
        if self.dropped <= COMPLAINTS:
            print(f"worker: dropped a message: {why}", file=sys.stderr)

    def close(self) -> None:
        if self.socket is not None:
            self.greetings.ignore(self.socket)
            self.socket.close(linger=LINGER_MS)
        self._context.term()

"""A client of the control protocol (schemas/protocol.md, part 2).

    with Client("tcp://127.0.0.1:7421") as client:
        run = client.submit("plan.yaml")["run"]
        print(client.wait(run)["state"])

Answers are the maps of the protocol as they come; a key that is missing has the default that the text names.
"""

from __future__ import annotations

import hashlib
import os
import random
import time
from typing import Any, Iterator

import zmq

from .greetings import Closed, Greetings
from .keys import Key
from .wire import MAX_FRAME_BYTES, pack, unpack

PROTOCOL = 1
PIECE_BYTES = 524_288  # of a plan's text
ANSWER_SECONDS = 5.0  # before a request is sent again, on a new connection
PATIENCE_SECONDS = 30.0  # before a client gives up
EVENTS_SECONDS = 2.0  # that one request for events waits at the coordinator
WHY_CLOSED = {
    Closed.UNKNOWN_KEY: "does not know this key, or it was revoked; `headway keys create` makes another",
    Closed.ASKS_FOR_KEYS: "asks for a key: say which with --key FILE, or HEADWAY_KEY",
    Closed.STRANGER: "is another coordinator than the one that this key is for, or asks for no keys",
    Closed.OTHER_USER: "lets in its own user and root alone; others come by tcp, with a key",
}
ENDED = ("stopped", "succeeded", "failed", "cancelled")


class Refused(Exception):
    """The coordinator says no, or lets nobody in; `kind` is one of the protocol's words."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


class Client:
    """One connection; of one thread. Requests survive lost replies and a coordinator that is started anew."""

    def __init__(self, endpoint: str, key: Key | None = None, patience: float = PATIENCE_SECONDS) -> None:
        self._endpoint = endpoint
        self._key = key
        self._patience = patience
        self._context = zmq.Context()
        self._socket: zmq.Socket | None = None
        self._greetings = Greetings(endpoint, key is not None)
        self._client = random.SystemRandom().randrange(1, 1 << 64)
        self._id = 0

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def close(self) -> None:
        self._disconnect()
        self._context.term()

    def _connect(self) -> zmq.Socket:
        if self._socket is None:
            self._socket = self._context.socket(zmq.DEALER)
            self._socket.setsockopt(zmq.IPV6, 1)
            self._socket.setsockopt(zmq.LINGER, 0)
            self._socket.setsockopt(zmq.MAXMSGSIZE, MAX_FRAME_BYTES)
            if self._key:
                self._key.use(self._socket)
            self._greetings.watch(self._socket)
            self._socket.connect(self._endpoint)
        return self._socket

    def _disconnect(self) -> None:
        if self._socket is not None:
            self._greetings.ignore(self._socket)
            self._socket.close(linger=0)
            self._socket = None

    def request(self, verb: str, wait: float = 0.0, **body: Any) -> dict[str, Any]:
        """The answer to a request that may take `wait` seconds by its nature. Raises Refused; TimeoutError: nobody answers."""
        self._id += 1
        frame = pack({
            "protocol": PROTOCOL, "client": self._client, "id": self._id, "verb": verb, "body": pack(body),
        })  # fmt: skip
        give_up = time.monotonic() + wait + self._patience
        while (left := give_up - time.monotonic()) > 0:
            socket = self._connect()
            socket.send(frame)
            reply = self._reply(socket, min(left, wait + ANSWER_SECONDS))
            if reply is None:
                self._disconnect()  # the same request once more: it is done only once
            elif not reply.get("ok", True):
                raise Refused(reply.get("error_kind", "failed"), reply.get("error", ""))
            else:
                return unpack(reply.get("body", pack({})))
        raise TimeoutError(f"no coordinator answers at {self._endpoint}")

    def _reply(self, socket: zmq.Socket, seconds: float) -> dict[str, Any] | None:
        poller = zmq.Poller()
        poller.register(socket, zmq.POLLIN)
        poller.register(self._greetings.monitor, zmq.POLLIN)
        give_up = time.monotonic() + seconds
        while (left := give_up - time.monotonic()) > 0:
            poller.poll(left * 1000)
            if closed := self._greetings.closed():
                self._disconnect()
                raise Refused("denied", f"not allowed: what listens at {self._endpoint} {WHY_CLOSED[closed]}")
            if socket.poll(0):
                reply = unpack(socket.recv())
                if reply.get("id") == self._id:  # not the late answer to an earlier one
                    return reply
        return None

    # ---- Verbs

    def submit(self, plan: str, folder: str | None = None) -> dict[str, Any]:
        """Submits the plan of that file: `run`, `sequence` (events after it show the whole run), `warnings`."""
        with open(plan, "rb") as file:
            text = file.read()
        options = {"plan_folder": folder or os.path.dirname(os.path.abspath(plan)), "plan_file": plan}
        upload = random.SystemRandom().randrange(1, 1 << 64)
        give_up = time.monotonic() + self._patience
        while True:
            try:
                self._upload(upload, text)
                return self.request(
                    "submit", upload=upload, size=len(text), sha256=hashlib.sha256(text).hexdigest(), options=options
                )
            except Refused as refusal:  # the coordinator was started anew, and has not all of it
                if refusal.kind != "not found" or time.monotonic() > give_up:
                    raise

    def _upload(self, upload: int, text: bytes) -> None:
        received = 0
        while received < len(text):
            piece = text[received : received + PIECE_BYTES]
            received = self.request("upload", upload=upload, offset=received, bytes=piece)["received"]

    def status(self, run: int = 0) -> dict[str, Any]:
        """`run` and `metrics` as they are, and all `tickets`, however many pages they take."""
        answer = self.request("status", run=run)
        tickets, following = answer.get("tickets", []), answer.get("next_ticket", 0)
        while following:
            page = self.request("status", run=run or answer["run"]["id"], first_ticket=following)
            tickets += page.get("tickets", [])
            following = page.get("next_ticket", 0)
        return {**answer, "tickets": tickets}

    def events(self, run: int = 0, after: int = 0, until_ended: bool = True) -> Iterator[dict[str, Any]]:
        """The facts of a run (0: of all) as they come. Ends with the run; without `until_ended` when there are no more."""
        while True:
            wait = EVENTS_SECONDS if until_ended else 0.0
            answer = self.request("events", wait, run=run, after=after, wait_us=int(wait * 1e6))
            yield from answer.get("events", [])
            if not answer.get("events"):
                if not until_ended or (run and answer.get("run_state", "running") in ENDED):
                    return
            after = max(after, answer.get("last", after))

    def wait(self, run: int = 0, timeout: float | None = None) -> dict[str, Any]:
        """The summary of a run once it has ended. Raises TimeoutError."""
        give_up = None if timeout is None else time.monotonic() + timeout
        summary = self.request("status", run=run, summary_only=True)["run"]
        after = 0
        while summary["state"] not in ENDED:
            if give_up is not None and time.monotonic() > give_up:
                raise TimeoutError(f"the run r{summary['id']} is {summary['state']} after {timeout} s")
            answer = self.request("events", EVENTS_SECONDS, run=summary["id"], after=after, most=1000,
                                  wait_us=int(EVENTS_SECONDS * 1e6))  # fmt: skip
            after = max(after, answer.get("last", after))
            summary = self.request("status", run=summary["id"], summary_only=True)["run"]
        return summary

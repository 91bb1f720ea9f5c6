"""A process that calls functions, one after the other: for work too small for a process of its own.

It is forked from a slot's supervisor and lives for the tickets of one run in one folder: what it has imported it need not import
again. When a function is to be stopped it is killed, like the process of any ticket, and the next call gets a new one.
"""

from __future__ import annotations

import importlib
import io
import json
import os
import resource
import signal
import socket
import sys
import threading
import time
import traceback
from typing import Any

import msgpack

from . import tree

_READ_BYTES = 1 << 18


class Caller:
    """The supervisor's side of one such process."""

    def __init__(self, place: tuple[str, str, str], output: int) -> None:
        self.place = place  # run, root and folder
        ours, theirs = socket.socketpair()
        supervisor = os.getpid()
        self.process = os.fork()
        if self.process == 0:
            tree.die_with_parent(supervisor)
            _become_caller(theirs.detach(), output, place)
        theirs.close()
        self._socket = ours
        self._reader = msgpack.Unpacker(raw=False, unicode_errors="surrogateescape")

    def fileno(self) -> int:
        return self._socket.fileno()

    def call(self, function: str, args: str, environment: dict[str, str]) -> None:
        request = msgpack.packb([function, args, environment], unicode_errors="surrogateescape")
        try:
            self._socket.sendall(request)
        except OSError:
            pass  # it has died; whoever waits for it will see

    def answer(self) -> list[Any] | None:
        """[outcome, exit code, detail, seconds of CPU, bytes of memory, whether it may be used again] of the call; none:
        not yet, or dead."""
        data = self._socket.recv(_READ_BYTES)
        self._reader.feed(data)
        return next(iter(self._reader), None)

    def close(self) -> None:
        self._socket.close()

    def end(self) -> None:
        tree.send([self.process], signal.SIGKILL)
        try:
            os.waitpid(self.process, 0)
        except ChildProcessError:
            pass  # seen already
        self.close()


def _become_caller(connection: int, output: int, place: tuple[str, str, str]) -> None:
    """The life of the new process; it never returns."""
    status = 1
    try:
        os.setsid()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        signal.set_wakeup_fd(-1)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        kept = os.dup2(connection, 3, inheritable=False)
        os.closerange(4, 1 << 16)
        sys.stdin = open(0)
        sys.stdout = io.TextIOWrapper(io.FileIO(1, "w"), errors="surrogateescape", write_through=True)
        sys.stderr = sys.stdout
        _, root, folder = place
        sys.path[:0] = dict.fromkeys((folder, root))
        _serve(socket.socket(fileno=kept), folder)
        status = 0
    finally:
        os._exit(status)


def _serve(connection: socket.socket, folder: str) -> None:
    me = os.getpid()
    reader = msgpack.Unpacker(raw=False, unicode_errors="surrogateescape")
    while data := connection.recv(_READ_BYTES):
        reader.feed(data)
        for function, args, environment in reader:
            os.chdir(folder)
            before = time.process_time()
            outcome, exit_code, detail = _call(function, args, environment)
            if os.getpid() != me:
                os._exit(0)  # a fork that the function made and forgot
            cpu_seconds = time.process_time() - before
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
            # A thread that the function left behind goes with the process.
            is_usable = threading.active_count() == 1
            answer = [outcome, exit_code, detail, cpu_seconds, memory, is_usable]
            connection.sendall(msgpack.packb(answer, unicode_errors="surrogateescape"))


def _call(function: str, args: str, environment: dict[str, str]) -> tuple[str, int, str]:
    """Outcome, exit code and detail of one call."""
    os.environ.clear()
    os.environ.update(environment)
    try:
        called = _find(function)
        given = json.loads(args or "[]")
    except Exception as error:
        traceback.print_exc()
        return "could not start", 0, f"cannot call {function}: {type(error).__name__}: {error}"
    try:
        result = called(**given) if isinstance(given, dict) else called(*given)
        if result is not None:
            print(json.dumps(result, default=str))
        return "succeeded", 0, ""
    except SystemExit as request:
        code = request.code if isinstance(request.code, int) else int(request.code is not None)
        return ("exit", code, "") if code else ("succeeded", 0, "")
    except BaseException as error:
        traceback.print_exc()
        return "exit", 1, f"{type(error).__name__}: {error}"


def _find(function: str) -> Any:
    module, _, path = function.partition(":")
    found: Any = importlib.import_module(module)
    for name in path.split("."):
        found = getattr(found, name)
    if not callable(found):
        raise TypeError(f"{function} is no function")
    return found

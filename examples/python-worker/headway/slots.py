"""The worker's slots: each a supervisor process, which is started anew when it dies."""

from __future__ import annotations

import os
import pathlib
import signal
import socket
import subprocess
import sys
from typing import Any

from . import tree
from .channel import Channel
from .lives import Life
from .messages import AttemptSpec
from .wire import plain

PACKAGE_FOLDER = str(pathlib.Path(__file__).resolve().parent.parent)


class Slot:
    """`token`: the attempt that it runs, 0 where it is free."""

    def __init__(self, number: int, life: Life) -> None:
        self.number = number
        self.token = 0
        self._life = life
        self._spawn()

    def _spawn(self) -> None:
        ours, theirs = socket.socketpair()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "headway.supervisor", str(self.number), str(theirs.fileno()), self._life.folder],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": PACKAGE_FOLDER},
            start_new_session=True,
        )
        theirs.close()
        self.channel = Channel(ours)
        self._life.add_supervisor(self.number, self._process.pid)

    @property
    def process(self) -> int:
        return self._process.pid

    def start(self, token: int, spec: AttemptSpec, deadline: float | None) -> None:
        self.token = token
        self.channel.send("start", token, plain(spec), deadline)

    def extend(self, deadline: float) -> None:
        self.channel.send("extend", self.token, deadline)

    def stop(self, grace: float, outcome: str) -> None:
        self.channel.send("stop", self.token, grace, outcome)

    def events(self) -> list[list[Any]]:
        return self.channel.receive()

    def end(self) -> None:
        """Has its supervisor kill everything and leave."""
        self.channel.close()
        self._process.wait()

    def replace_supervisor(self, supervisors: set[int]) -> None:
        """After it has died. Whatever it left has become this process's child: that is killed first, so that what the slot
        ran is proven dead."""
        self._process.kill()
        self._process.wait()
        self.channel.close()
        _kill_orphans(supervisors - {self._process.pid})
        self._life.lost_supervisor(self.number, self._process.pid)
        self.token = 0
        self._spawn()


def _kill_orphans(supervisors: set[int]) -> None:
    """Everything below this process that is below none of `supervisors`. Only this process reaps its children, and one that ends
    leaves what it has started here: no other child is the proof that nothing of it is left."""
    while orphans := [child for child in tree.children(os.getpid()) if child not in supervisors]:
        for orphan in orphans:
            tree.send([orphan, *tree.descendants(orphan)], signal.SIGKILL)
        for orphan in orphans:
            os.waitpid(orphan, 0)

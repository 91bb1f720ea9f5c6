"""Process trees on Linux: who is below whom, holding on to them, and ending all of them.

A process that is a *subreaper* becomes the parent of every orphan below it, also of one that changed its session. So nothing
that it started can get away from it, and when it has no child left, nothing of them is alive.
"""

from __future__ import annotations

import ctypes
import os
import signal
import time
from typing import Callable, Iterator

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True)

Reaped = Callable[[int, int, "os.struct_rusage"], None]  # process, wait status, what it used
SWEEP_PAUSE_SECONDS = 0.002


def become_subreaper() -> None:
    if _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "cannot become a subreaper")


def die_with_parent(parent: int) -> None:
    """To be called in a new process: SIGKILL when its parent is gone, now if it is already."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _parents() -> Iterator[tuple[int, int]]:
    """Every process with its parent, zombies left out."""
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        if fields[0] not in (b"Z", b"X"):
            yield int(name), int(fields[1])


def start_time(process: int) -> int:
    """When it started, in the kernel's ticks: with its number it names a process. 0: there is none."""
    try:
        with open(f"/proc/{process}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return 0
    return 0 if fields[0] in (b"Z", b"X") else int(fields[19])


def descendants(ancestor: int, without: int | None = None) -> list[int]:
    """All living processes below `ancestor`. `without` itself is left out, those below it are not."""
    children: dict[int, list[int]] = {}
    for process, parent in _parents():
        children.setdefault(parent, []).append(process)
    found, open_ends = [], [ancestor]
    while open_ends:
        for child in children.get(open_ends.pop(), ()):
            open_ends.append(child)
            if child != without:
                found.append(child)
    return found


def send(processes: list[int], number: int) -> None:
    for process in processes:
        try:
            os.kill(process, number)
        except ProcessLookupError:
            pass


def reap(reaped: Reaped) -> bool:
    """Takes leave of every child that has ended; whether there are others left."""
    while True:
        try:
            process, status, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return False
        if process == 0:
            return True
        reaped(process, status, usage)


def sweep(reaped: Reaped, spare: int | None = None) -> None:
    """Kills everything below this process but `spare`, until nothing is left: the proof that it is empty."""
    while True:
        reap(reaped)
        left = descendants(os.getpid(), spare)
        if not left:
            return
        send(left, signal.SIGKILL)
        time.sleep(SWEEP_PAUSE_SECONDS)

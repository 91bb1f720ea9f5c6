"""Process trees on Linux: who is below whom, holding on to them, and ending all of them.

A process that is a *subreaper* becomes the parent of every orphan below it, also of one that changed its session. So nothing
that it started can get away from it, and when it has no child left, nothing of them is alive.
"""

from __future__ import annotations

import ctypes
import os
import signal
import time
from typing import Callable

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


def _fields(process: int) -> list[bytes]:
    """What /proc/PROCESS/stat says from the state on; empty: there is none."""
    try:
        with open(f"/proc/{process}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()
    except OSError:
        return []


def _lives(process: int) -> bool:
    """One that has ended and waits to be reaped does not."""
    fields = _fields(process)
    return bool(fields) and fields[0] not in (b"Z", b"X")


def start_time(process: int) -> int:
    """When it started, in the kernel's ticks: with its number it names a process. 0: there is none."""
    return int(_fields(process)[19]) if _lives(process) else 0


def _listed_children(process: int) -> list[int]:
    """Of all its threads. proc(5) calls this unreliable where children vanish meanwhile, yet an empty answer is exact (the kernel
    takes the first child under a lock), and this process's own children vanish only when it reaps them."""
    found: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{process}/task"):
            with open(f"/proc/{process}/task/{thread}/children", "rb") as file:
                found += map(int, file.read().split())
    except OSError:
        pass  # it has ended
    return found


def _children_by_parent() -> Callable[[int], list[int]]:
    """The same from a look at every process, for kernels that do not list children."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit() and (fields := _fields(int(name))):
            children.setdefault(int(fields[1]), []).append(int(name))
    return lambda process: children.get(process, [])


_LISTS_CHILDREN = os.path.exists(f"/proc/self/task/{os.getpid()}/children")


def children(process: int) -> list[int]:
    """Also those that have ended and are not reaped."""
    return _listed_children(process) if _LISTS_CHILDREN else _children_by_parent()(process)


def descendants(ancestor: int, without: int | None = None) -> list[int]:
    """The living processes below `ancestor`. `without` itself is left out, those below it are not. What one that ends just now
    has started may be missing: it moves to another parent meanwhile. So that none is found proves nothing."""
    below = _listed_children if _LISTS_CHILDREN else _children_by_parent()
    found, open_ends = [], [ancestor]
    while open_ends:
        for child in below(open_ends.pop()):
            open_ends.append(child)
            if child != without and _lives(child):
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
    """Kills everything below this process but `spare`, until this process has no other child, and that one none: the proof that
    nothing is left. What an ended child leaves comes to this process before anybody can reap that child, hence the order."""
    while True:
        reap(reaped)
        below_spare = children(spare) if spare else []
        if not below_spare and all(child == spare for child in children(os.getpid())):
            return
        send(descendants(os.getpid(), spare), signal.SIGKILL)
        time.sleep(SWEEP_PAUSE_SECONDS)

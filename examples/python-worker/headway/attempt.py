"""An attempt that runs in a slot: its deadlines, and how it ends.

         SIGTERM, a grace              SIGKILL
  running ------------------> ending ----------> killed
     |  (timeout, stop)                 ^
     +----------------------------------+  (lease ran out, stop without grace)
"""

from __future__ import annotations

import os
import pathlib
import signal
from typing import Callable

from . import clock, tree
from .masking import Masker
from .messages import AttemptSpec, Result, Usage
from .progress import ProgressFile


class RunningAttempt:
    def __init__(self, token: int, spec: AttemptSpec, deadline: float | None, progress: pathlib.Path) -> None:
        self.token = token
        self.spec = spec
        self.process = 0
        self.progress = ProgressFile(str(progress))
        self.masker = Masker([])
        self.result: Result | None = None
        self._secrets: list[str] = []
        self._lease_ends = deadline
        self._started = clock.now()
        self._usage = Usage()
        self._times_out = None if spec.timeout_us is None else self._started + clock.seconds(spec.timeout_us)
        self._kill_at: float | None = None
        self._imposed: tuple[str, str] | None = None  # outcome and detail of an end that was not its own

    @property
    def is_call(self) -> bool:
        return bool(self.spec.call)

    @property
    def has_ended(self) -> bool:
        return self.result is not None

    def mask(self, secrets: dict[str, str]) -> None:
        self._secrets = list(secrets.values())
        self.masker = Masker(self._secrets)

    def masked(self, text: str) -> str:
        masker = Masker(self._secrets)
        data = text.encode(errors="surrogateescape")
        return (masker.feed(data) + masker.finish()).decode(errors="ignore")

    # ---- Deadlines

    def extend(self, deadline: float) -> None:
        if self._lease_ends is not None:
            self._lease_ends = max(self._lease_ends, deadline)

    def stop(self, grace: float, outcome: str) -> None:
        self._impose(outcome, "stopped", grace)

    def enforce(self, now: float, processes: Callable[[], list[int]]) -> None:
        """Sends the signals that are due."""
        if self._lease_ends is not None and now >= self._lease_ends:
            self._lease_ends = None
            self._impose("worker lost", "the lease ran out", 0)
        if self._times_out is not None and now >= self._times_out:
            self._times_out = None
            if self._imposed is None:
                self._impose("timeout", "it took too long", clock.seconds(self.spec.kill_grace_us))
        if self._kill_at is None or self.has_ended:
            return
        if now >= self._kill_at:
            tree.send(processes(), signal.SIGKILL)
        elif not self._terminated:
            self._terminated = True
            tree.send(processes(), signal.SIGTERM)

    _terminated = False

    def _impose(self, outcome: str, detail: str, grace: float) -> None:
        """Ends it. A second time only a shorter grace is news."""
        kill_at = clock.now() + max(grace, 0)
        self._kill_at = kill_at if self._kill_at is None else min(self._kill_at, kill_at)
        if self._imposed is None:
            self._imposed = (outcome, detail)

    # ---- The end

    def add_usage(self, cpu_seconds: float, memory_bytes: int) -> None:
        self._usage.cpu_us += clock.microseconds(cpu_seconds)
        self._usage.max_memory = max(self._usage.max_memory, memory_bytes)

    def finish_by_status(self, status: int) -> None:
        code = os.waitstatus_to_exitcode(status)
        if code == 0:
            self.finish("succeeded")
        elif code > 0:
            self.finish("exit", exit_code=code)
        else:
            self.finish("signal", signal_number=-code, detail=f"killed by {signal.strsignal(-code)}")

    def finish(self, outcome: str, exit_code: int = 0, signal_number: int = 0, detail: str = "") -> None:
        """The first end counts; an imposed one says why."""
        if self.has_ended:
            return
        if self._imposed:
            outcome, detail = self._imposed
            exit_code = signal_number = 0
        self._usage.elapsed_us = clock.microseconds(clock.now() - self._started)
        self.result = Result(
            outcome=outcome, exit_code=exit_code, signal=signal_number, detail=detail, usage=self._usage
        )

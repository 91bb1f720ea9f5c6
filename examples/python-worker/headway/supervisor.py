"""A slot's supervisor: runs one attempt at a time, and ends it whatever becomes of the worker.

`python3 -m headway.supervisor SLOT CONNECTION FOLDER`; started by slots.py, with which it talks over the socket CONNECTION:

    start TOKEN SPEC DEADLINE       ->  started TOKEN PROCESS
    extend TOKEN DEADLINE               output TOKEN BYTES
    stop TOKEN GRACE OUTCOME            progress TOKEN SHARE MESSAGE
                                        checkpoint TOKEN NAME
                                        ended TOKEN RESULT

It holds the lease's deadline itself (seconds of clock.now; none: no lease), so that a worker that hangs cannot keep an attempt
alive. When the worker is gone it kills everything and leaves a note in FOLDER that says so: a proof for the worker's next life.
"""

from __future__ import annotations

import dataclasses
import os
import pathlib
import selectors
import signal
import socket
import sys
from typing import Any

from . import artifacts, clock, launch, tree
from .attempt import RunningAttempt
from .caller import Caller
from .channel import Channel
from .lives import swept_note
from .messages import AttemptSpec, Result
from .wire import read

TICK_SECONDS = 0.1  # between looks at the progress file and at descendants
READ_BYTES = 1 << 16
MAX_DETAIL_BYTES = 1000


class Supervisor:
    def __init__(self, slot: int, worker: Channel, folder: pathlib.Path) -> None:
        self._slot = slot
        self._worker = worker
        self._folder = folder
        self._output, self._output_writer = os.pipe()
        os.set_blocking(self._output, False)
        self._attempt: RunningAttempt | None = None
        self._caller: Caller | None = None
        self._selector = selectors.DefaultSelector()
        self._child_ended, wakeup = os.pipe()
        for end in (self._child_ended, wakeup):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(wakeup, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._selector.register(self._child_ended, selectors.EVENT_READ)

    def run(self) -> None:
        """Until the worker is gone; then nothing of this slot is left."""
        while self._worker.is_open:
            for key, _ in self._wait():
                self._on_ready(key.fileobj)
            self._look_after_attempt()
            self._worker.write()
        self._drop_caller()
        tree.sweep(lambda *_: None)
        swept_note(self._folder, self._slot).touch()

    def _wait(self) -> list[tuple[selectors.SelectorKey, int]]:
        wanted = {self._worker: selectors.EVENT_READ}
        if self._worker.has_more_to_write:
            wanted[self._worker] |= selectors.EVENT_WRITE
        if not self._worker.is_full:
            wanted[self._output] = selectors.EVENT_READ  # a flood waits in its pipe
        if self._caller and self._attempt and self._attempt.is_call and not self._attempt.has_ended:
            wanted[self._caller] = selectors.EVENT_READ
        for key in list(self._selector.get_map().values()):
            if key.fileobj is not self._child_ended and key.fileobj not in wanted:
                self._selector.unregister(key.fileobj)
        for source, events in wanted.items():
            try:
                self._selector.modify(source, events)
            except KeyError:
                self._selector.register(source, events)
        return self._selector.select(TICK_SECONDS if self._attempt else None)

    def _on_ready(self, source: Any) -> None:
        if source is self._worker:
            for message in self._worker.receive():
                self._on_message(*message)
        elif source is self._caller:
            self._on_answer()
        elif source == self._output:
            self._forward_output()
        else:
            os.read(self._child_ended, READ_BYTES)

    # ---- What the worker asks for

    def _on_message(self, kind: str, token: int, *values: Any) -> None:
        if kind == "start":
            self._start(token, read(AttemptSpec, values[0]), values[1])
        elif self._attempt and self._attempt.token == token:
            if kind == "extend":
                self._attempt.extend(values[0])
            elif kind == "stop":
                self._attempt.stop(*values)

    def _start(self, token: int, spec: AttemptSpec, deadline: float | None) -> None:
        attempt = RunningAttempt(token, spec, deadline, self._folder / f"progress-{self._slot}")
        try:
            environment = launch.environment_of(spec, self._slot, attempt.progress.path)
            attempt.mask(launch.secrets_of(spec))
            if spec.call:
                attempt.process = self._call(spec, environment)
            elif spec.words and spec.words[0]:
                self._drop_caller()
                attempt.process = launch.start(spec, environment, self._output_writer)
            else:
                raise launch.CannotStart("there is nothing to run")
        except launch.CannotStart as error:
            attempt.finish("could not start", detail=str(error))
            self._report(attempt)
            return
        self._attempt = attempt
        self._worker.send("started", token, attempt.process)

    def _call(self, spec: AttemptSpec, environment: dict[str, str]) -> int:
        place = (spec.run, spec.root, launch.folder_of(spec))
        if self._caller and self._caller.place != place:
            self._drop_caller()
        if not self._caller:
            self._caller = Caller(place, self._output_writer)
        self._caller.call(spec.call, spec.args, environment)
        return self._caller.process

    def _drop_caller(self) -> None:
        if self._caller:
            self._caller.end()
            self._caller = None

    # ---- What becomes of the attempt

    def _on_answer(self) -> None:
        answer = self._caller.answer()
        if answer is None:
            return  # it has died, which SIGCHLD tells
        outcome, exit_code, detail, cpu_seconds, memory, is_usable = answer
        self._attempt.add_usage(cpu_seconds, memory)
        self._attempt.finish(outcome, exit_code=exit_code, detail=detail)
        if not is_usable:
            self._drop_caller()

    def _look_after_attempt(self) -> None:
        attempt = self._attempt
        tree.reap(self._on_reaped)
        if not attempt:
            return
        self._tell_progress(attempt)
        attempt.enforce(clock.now(), lambda: tree.descendants(os.getpid()))
        if attempt.has_ended:
            self._end(attempt)

    def _on_reaped(self, process: int, status: int, usage: Any) -> None:
        if self._attempt:
            self._attempt.add_usage(usage.ru_utime + usage.ru_stime, usage.ru_maxrss << 10)
            if process == self._attempt.process:
                self._attempt.finish_by_status(status)
        if self._caller and process == self._caller.process:
            self._caller.close()
            self._caller = None

    def _end(self, attempt: RunningAttempt) -> None:
        """Nothing of it may be alive before its result is told."""
        tree.sweep(self._on_reaped, self._caller.process if self._caller else None)
        while self._forward_output():
            pass
        self._send_output(attempt, attempt.masker.finish())
        self._tell_progress(attempt, at_end=True)
        self._attempt = None
        self._report(attempt)

    def _report(self, attempt: RunningAttempt) -> None:
        attempt.progress.remove()
        result = attempt.result
        if result.outcome == "succeeded":
            try:
                result.artifacts = artifacts.record(attempt.spec.root or ".", attempt.spec.artifacts)
            except artifacts.Missing as missing:
                result = Result(outcome="gate", detail=str(missing), usage=result.usage)
        result.token = attempt.token
        result.detail = attempt.masked(result.detail)[:MAX_DETAIL_BYTES]
        self._worker.send("ended", attempt.token, dataclasses.asdict(result))

    def _forward_output(self) -> bool:
        """Passes a piece on; whether there was one."""
        try:
            data = os.read(self._output, READ_BYTES)
        except BlockingIOError:
            return False
        if self._attempt:
            self._send_output(self._attempt, self._attempt.masker.feed(data))
        return True

    def _send_output(self, attempt: RunningAttempt, data: bytes) -> None:
        if data:
            self._worker.send("output", attempt.token, data)

    def _tell_progress(self, attempt: RunningAttempt, at_end: bool = False) -> None:
        for kind, share, line in attempt.progress.lines(at_end):
            line = attempt.masked(line)
            if kind == "checkpoint":
                self._worker.send("checkpoint", attempt.token, line)
            else:
                self._worker.send("progress", attempt.token, share, line)


def main() -> None:
    slot, connection, folder = int(sys.argv[1]), int(sys.argv[2]), pathlib.Path(sys.argv[3])
    # What ends it is the end of its worker. Handled, not ignored: what is ignored stays so in the commands that it starts.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    tree.become_subreaper()
    os.set_inheritable(connection, False)
    Supervisor(slot, Channel(socket.socket(fileno=connection)), folder).run()


if __name__ == "__main__":
    main()

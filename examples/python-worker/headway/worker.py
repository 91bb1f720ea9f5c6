"""The worker: one thread that takes what the coordinator and the slots say, and does what is due."""

from __future__ import annotations

import os
import random
import signal
import socket
import sys
import time
from typing import Any

import zmq

from . import clock, lives, tree
from .attempts import Attempts
from .greetings import Closed
from .joining import Joining, Phase
from .lease import Lease
from .link import Link
from .load import LoadMeter
from .messages import (
    PROTOCOL,
    Assign,
    CheckpointAck,
    Drain,
    Goodbye,
    Heartbeat,
    HeartbeatAck,
    Hello,
    HelloAgain,
    Refused,
    ResultAck,
    Stop,
    Welcome,
)
from .options import Options
from .slots import Slot

CONTAINMENT = "subreaper"
SILENT_HEARTBEATS = 3  # without an acknowledgement: the connection is taken for dead
EARLY_HEARTBEAT_SECONDS = 0.02
SHORTEST_HEARTBEAT_SECONDS = 0.01
TURN_SECONDS = 0.25  # the longest that a turn waits
WRITE_SECONDS = 0.005  # between tries to write to a supervisor that is busy
UNANSWERED_TOLD = (2, 100)  # hellos of a process after which a person hears of it
DENIED = 4  # its exit code where it is not let in
WHY_CLOSED = {
    Closed.UNKNOWN_KEY: "does not know this worker's key, or it was revoked; `headway keys create --role worker` makes "
                        "another for --key (`headway keys join`: a line for headway-worker)",
    Closed.ASKS_FOR_KEYS: "takes no worker without a key; `headway keys create --role worker` makes one for --key "
                          "(`headway keys join`: a line for headway-worker)",
    Closed.STRANGER: "is not the one that this worker's key is for, or asks for no keys",
    Closed.OTHER_USER: "lets in its own user and root alone; others come by tcp, with a key",
}  # fmt: skip
RESTART = -1  # how it ended: asked to start anew


class Worker:
    def __init__(self, options: Options) -> None:
        now = clock.now()
        self._options = options
        self._incarnation = random.SystemRandom().randrange(1, 1 << 64)
        self._former = lives.find_former(options.state_dir)
        self._life = lives.Life(options.state_dir, self._incarnation)
        self._link = Link(options.connect, options.key)
        self._joining = Joining(now)
        self._lease = Lease()
        self._load = LoadMeter()
        self._slots = [Slot(number + 1, self._life) for number in range(options.slots)]
        self._attempts = Attempts(self._slots, options.root, self._life, self._former, self._send)
        self._session = 0
        self._registry = self._former.registry
        self._epoch = 0
        self._heartbeat_seconds = 0.0
        self._heartbeat_due = 0.0
        self._heartbeat_sent = 0.0
        self._last_heard = 0.0
        self._welcomed = False
        self._restarts = False
        self._signals = 0
        self._exit: int | None = None
        self._poller = zmq.Poller()
        self._handlers = {
            Welcome: self._on_welcome, Refused: self._on_refused, HelloAgain: self._on_hello_again,
            Assign: lambda message: self._attempts.assign(message, self._lease.ends),
            Stop: lambda message: self._attempts.stop(message),
            ResultAck: lambda message: self._attempts.acknowledge_result(message),
            CheckpointAck: lambda message: self._attempts.acknowledge_checkpoint(message),
            HeartbeatAck: self._on_heartbeat_ack, Drain: self._on_drain,
        }  # fmt: skip

    # ---- The loop

    def run(self) -> int:
        """Its exit code, or RESTART."""
        wakeup, signalled = os.pipe()
        for end in (wakeup, signalled):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(signalled)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        self._poller.register(wakeup, zmq.POLLIN)
        for slot in self._slots:
            self._poller.register(slot.channel, zmq.POLLIN)
        while self._exit is None:
            self._do_what_is_due()
            self._poller.poll(1000 * self._seconds_until_due() if self._exit is None else 0)
            try:
                os.read(wakeup, 4096)
            except BlockingIOError:
                pass
            self._take_from_slots()
            self._look_at_greetings()
            self._take_from_coordinator()
        for slot in self._slots:
            slot.end()
        if self._attempts.holds_nothing:
            self._life.end()  # else the next life has something to prove
        self._link.close()
        return self._exit

    def _seconds_until_due(self) -> float:
        now = clock.now()
        joined = self._joining.phase is Phase.JOINED
        due = [now + TURN_SECONDS, self._heartbeat_due if joined else self._joining.due]
        if self._lease.ends:
            due.append(self._lease.ends)
        if joined and self._attempts.output_waits:
            due.append(self._heartbeat_sent + EARLY_HEARTBEAT_SECONDS)
        if any(slot.channel.has_more_to_write for slot in self._slots):
            due.append(now + WRITE_SECONDS)
        return max(0.0, min(due) - now)

    def _look_at_greetings(self) -> None:
        """Who was welcomed once tries on: what it runs is not to end for a coordinator that is mistaken for a while."""
        closed = self._link.greetings.closed()
        if closed and not self._welcomed:
            self._end(DENIED, f"not allowed: the coordinator at {self._options.connect} {WHY_CLOSED[closed]}")

    def _take_from_coordinator(self) -> None:
        if self._link.socket is None:
            return
        for session, message in self._link.receive():
            joins = isinstance(message, (Welcome, Refused, HelloAgain))
            if not joins and (self._joining.phase is not Phase.JOINED or session != self._session):
                self._link.drop(f"{type(message).__name__} of a session that is not the present one")
            elif getattr(message, "token", 1) == 0:
                self._link.drop(f"{type(message).__name__} of no attempt")
            else:
                self._handlers[type(message)](message)

    def _take_from_slots(self) -> None:
        for slot in self._slots:
            slot.channel.write()
            for kind, token, *values in slot.events():
                self._attempts.on_slot(slot, kind, token, values, self._lease.ends)
            if not slot.channel.is_open:
                self._poller.unregister(slot.channel)
                token = slot.token
                slot.replace_supervisor({other.process for other in self._slots})
                self._poller.register(slot.channel, zmq.POLLIN)
                self._attempts.slot_lost(slot, token, self._lease.ends)

    def _do_what_is_due(self) -> None:
        now = clock.now()
        if self._lease.ends and not self._lease.holds(now):
            _say("the lease ran out: what ran under it is killed")
            self._lease.give_up()
            self._attempts.lease_ran_out()
            self._joining.lost(now)
        if self._joining.phase is Phase.JOINED:
            if now - self._last_heard > SILENT_HEARTBEATS * self._heartbeat_seconds:
                _say("the coordinator does not answer")
                self._joining.lost(now)
        if self._joining.phase is not Phase.JOINED:
            if self._joining.due <= now:
                self._greet(now)
        else:
            early = self._attempts.output_waits and now >= self._heartbeat_sent + EARLY_HEARTBEAT_SECONDS
            if early or self._heartbeat_due <= now:
                self._send_heartbeat(now)
            self._attempts.send_due(now)
        self._attempts.drop_leftovers(now)
        if self._attempts.draining and self._attempts.holds_nothing:
            # Output is worth waiting for where somebody is there to take it.
            if not self._attempts.owes_output or self._joining.phase is not Phase.JOINED:
                self._leave()

    # ---- Joining

    def _greet(self, now: float) -> None:
        if self._joining.phase is Phase.GREETING and self._joining.hellos in UNANSWERED_TOLD:
            _say(f"no answer from {self._options.connect}; trying again")
        if self._joining.phase is not Phase.AGAIN:
            if self._link.socket is not None:
                self._poller.unregister(self._link.socket)
                self._poller.unregister(self._link.greetings.monitor)
            self._link.open()
            self._poller.register(self._link.socket, zmq.POLLIN)
            self._poller.register(self._link.greetings.monitor, zmq.POLLIN)
        self._session = 0
        inventory = self._attempts.inventory()
        options = self._options
        hello = Hello(
            worker=options.name, incarnation=self._incarnation, number=self._joining.hello_said(now),
            formers=self._former.incarnations, boot_id=lives.boot_id(), host=socket.gethostname(),
            slots=options.slots, labels=options.labels, types=options.types, resources=options.resources,
            containment=CONTAINMENT, registry=self._registry if inventory else "", inventory=inventory,
        )  # fmt: skip
        self._link.send(hello, 0)

    def _on_welcome(self, message: Welcome) -> None:
        now = clock.now()
        older = message.registry == self._registry and message.epoch < self._epoch
        makes_sense = message.session and message.registry and message.lease_us > 0
        if self._joining.phase is not Phase.GREETING or older or not makes_sense:
            self._link.drop("a welcome that answers no hello, or makes no sense")
            return
        if message.protocol != PROTOCOL:
            self._end(1, f"the coordinator speaks version {message.protocol} of the protocol, and this worker {PROTOCOL}")
            return
        if message.registry != self._registry:
            self._attempts.forget_all()
            self._lease.give_up()
            self._registry = message.registry
            self._life.set_registry(message.registry)
        self._epoch = message.epoch
        self._lease.begin(self._joining.hello_sent, clock.seconds(message.lease_us))
        if not self._lease.holds(now):
            self._lease.give_up()
            self._joining.pause(now)
            return
        self._session = message.session
        self._joining.welcomed()
        self._welcomed = True
        self._last_heard = now
        longest = clock.seconds(message.lease_us) / SILENT_HEARTBEATS
        asked = clock.seconds(message.heartbeat_us) if message.heartbeat_us > 0 else longest
        self._heartbeat_seconds = max(min(asked, longest), SHORTEST_HEARTBEAT_SECONDS)
        _say(f"joined {message.registry}, epoch {message.epoch}")
        self._former.forget()
        for verdict in message.verdicts:
            self._attempts.follow(verdict)
        self._attempts.extend_leases(self._lease.ends)
        self._attempts.send_all_again(now)
        self._attempts.send_due(now)
        self._send_heartbeat(now)
        self._attempts.start_queued(self._lease.ends)

    def _on_refused(self, message: Refused) -> None:
        if self._joining.phase is not Phase.GREETING:
            self._link.drop("a refusal that answers no hello")
        elif message.retry:
            _say(f"refused for now: {message.reason}")
            self._joining.pause(clock.now())
        else:
            self._end(1, f"the coordinator refuses this worker: {message.reason}")

    def _on_hello_again(self, _: HelloAgain) -> None:
        self._joining.asked_again(clock.now())

    # ---- Heartbeats

    def _send(self, message: Any) -> None:
        if self._session:
            self._link.send(message, self._session)

    def _send_heartbeat(self, now: float) -> None:
        number = self._lease.next_heartbeat(now)
        wall_clock = time.time_ns() // 1_000_000
        self._send(Heartbeat(number, self._attempts.inventory(), self._load.measure(), wall_clock))
        if self._attempts.draining:
            self._send(Drain())
        self._heartbeat_sent = now
        self._heartbeat_due = now + self._heartbeat_seconds

    def _on_heartbeat_ack(self, message: HeartbeatAck) -> None:
        sent = self._lease.acknowledge(message.number)
        if sent is not None:
            self._last_heard = clock.now()
            self._attempts.extend_leases(self._lease.ends)
        self._attempts.outputs_acknowledged(message.outputs, sent)
        for token in message.revoked:
            self._attempts.revoke(token)

    # ---- Leaving

    def _on_signal(self, number: int, _: Any) -> None:
        """The first one drains; a second one kills what runs."""
        self._signals += 1
        if self._signals == 1:
            self._drain(signal.Signals(number).name)
        elif self._signals == 2:
            self._attempts.kill_all()
        else:
            self._end(128 + number, "it was told to end three times")

    def _on_drain(self, message: Drain) -> None:
        self._restarts = message.restart and not self._signals
        self._drain("the coordinator asks for it")

    def _drain(self, why: str) -> None:
        if not self._attempts.draining:
            _say(f"draining: {why}")
            self._attempts.draining = True
            self._attempts.drop_queued("the worker is draining")
            self._heartbeat_due = clock.now()

    def _leave(self) -> None:
        self._send(Goodbye())
        self._end(RESTART if self._restarts else 0, "done")

    def _end(self, code: int, why: str) -> None:
        _say(why)
        self._exit = code


def _say(what: str) -> None:
    print(f"worker: {what}", file=sys.stderr, flush=True)


def main(options: Options) -> int:
    tree.become_subreaper()
    options.state_dir.mkdir(parents=True, exist_ok=True)
    code = Worker(options).run()
    if code == RESTART:
        os.execv(sys.executable, [sys.executable, *sys.argv])
    return code

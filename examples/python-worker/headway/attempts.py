"""The attempts that a worker holds, and the answers that follow from what it knows of a token.

   assign          slot free         it has ended        result_ack
  ───────► queued ───────────► running ───────────► ended ───────────► past
              │ stop, drain                                             ▲
              └─────────────────────────────────────────────────────────┘
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable

from . import clock
from .lives import Former, Life
from .messages import (
    Accept,
    Assign,
    AttemptSpec,
    Checkpoint,
    CheckpointAck,
    InventoryEntry,
    InventoryVerdict,
    Output,
    Progress,
    Reject,
    Result,
    ResultAck,
    Started,
    Stop,
    Stopped,
)
from .output import KeptOutput
from .past import REJECTED, STOPPED, Past
from .resending import Resending
from .slots import Slot
from .wire import read

PER_SLOT = 2  # one that runs, and one ahead
MOST_ENDED = 10_000  # results that nobody acknowledges
OUTPUT_SECONDS = 60.0  # that output is kept after its result was acknowledged
PROGRESS_SECONDS = 0.25

Send = Callable[[Any], None]


@dataclass
class Held:
    token: int
    spec: AttemptSpec
    output: KeptOutput
    state: str = "queued"
    slot: Slot | None = None
    result: Result | None = None
    resending: Resending | None = None  # of the result
    checkpoints: dict[int, tuple[Checkpoint, Resending]] = field(default_factory=dict)
    checkpoints_made: int = 0
    progress: Progress | None = None  # not sent yet
    progress_due: float = 0.0


@dataclass
class Leftover:
    """Output of an attempt whose result was acknowledged."""

    output: KeptOutput
    drop_at: float


class Attempts:
    def __init__(self, slots: list[Slot], root: str, life: Life, former: Former, send: Send) -> None:
        self._slots = slots
        self._root = root
        self._life = life
        self._send = send
        self._held: dict[int, Held] = {}
        self._leftovers: dict[int, Leftover] = {}
        self._dead = set(former.tokens)
        self._past = Past()
        self.draining = False

    # ---- What is held

    @property
    def holds_nothing(self) -> bool:
        """Nothing runs, and no result waits for its acknowledgement."""
        return not self._held and all(slot.token == 0 for slot in self._slots)

    @property
    def owes_output(self) -> bool:
        """Of attempts whose results were acknowledged."""
        return bool(self._leftovers)

    def inventory(self) -> list[InventoryEntry]:
        entries = [
            InventoryEntry(held.token, held.state, held.slot.number if held.slot else 0) for held in self._held.values()
        ]
        return entries + [InventoryEntry(token, "dead") for token in sorted(self._dead)]

    def _settle(self, token: int, as_what: str) -> None:
        self._held.pop(token, None)
        self._dead.discard(token)
        self._past.remember(token, as_what)
        self._life.settled(token)

    def _answer_past(self, token: int) -> None:
        if self._past.of(token) == REJECTED:
            self._send(Reject(token, "it was rejected before"))
        else:
            self._send(Stopped(token))

    # ---- What the coordinator asks for

    def assign(self, message: Assign, lease_ends: float) -> None:
        token = message.token
        if held := self._held.get(token):
            if held.state == "ended":
                self._send_result(held)
            else:
                self._send(Accept(token))
        elif token in self._dead or self._past.of(token):
            self._answer_past(token)
        elif reason := self._reason_to_reject():
            self._past.remember(token, REJECTED)
            self._send(Reject(token, reason))
        else:
            self._life.accepted(token)
            spec = message.spec
            if self._root:
                spec.root = self._root
            self._held[token] = Held(token, spec, KeptOutput(spec.output_head, spec.output_tail))
            self._send(Accept(token))
            self.start_queued(lease_ends)

    def _reason_to_reject(self) -> str:
        if self.draining:
            return "the worker is draining"
        ended = sum(held.state == "ended" for held in self._held.values())
        if len(self._held) - ended >= PER_SLOT * len(self._slots):
            return f"the worker is full: it has {len(self._held) - ended} attempts for {len(self._slots)} slots"
        return "too many results of this worker are not acknowledged" if ended >= MOST_ENDED else ""

    def start_queued(self, lease_ends: float) -> None:
        free = [slot for slot in self._slots if slot.token == 0]
        queued = [held for held in self._held.values() if held.state == "queued"]
        if clock.now() >= lease_ends:
            return
        for slot, held in zip(free, queued):
            held.slot, held.state = slot, "running"
            slot.start(held.token, held.spec, None if held.spec.finish_on_disconnect else lease_ends)

    def stop(self, message: Stop) -> None:
        token = message.token
        held = self._held.get(token)
        if held is None:
            if token not in self._dead and not self._past.of(token):
                self._past.remember(token, STOPPED)
            self._answer_past(token)
        elif held.state == "queued":
            self._settle(token, REJECTED)
            self._send(Reject(token, "it was stopped before it was started"))
        elif held.state == "ended":
            self._send_result(held)
        elif not message.recall:
            held.slot.stop(clock.seconds(message.grace_us), message.outcome)

    def revoke(self, token: int) -> None:
        """It is held and not this worker's."""
        held = self._held.get(token)
        if held is None:
            if token in self._dead:
                self._settle(token, STOPPED)
            self._answer_past(token)
        elif held.state == "queued":
            self._settle(token, REJECTED)
            self._answer_past(token)
        elif held.state == "running":
            held.slot.stop(0, "worker lost")

    def follow(self, verdict: InventoryVerdict) -> None:
        token, word = verdict.token, verdict.verdict
        held = self._held.get(token)
        if held is None:
            if token in self._dead:
                if word == "continue":
                    return
                self._settle(token, STOPPED)
            if word != "forget":
                self._answer_past(token)
        elif word == "forget" or (word == "kill" and held.state != "ended"):
            self._give_up(held)
            if word == "kill" and token not in self._held:
                self._answer_past(token)

    def _give_up(self, held: Held) -> None:
        """Kills it, or drops it where nothing of it is alive."""
        if held.state == "running":
            held.slot.stop(0, "worker lost")
        else:
            self._settle(held.token, REJECTED if held.state == "queued" else STOPPED)

    def acknowledge_result(self, message: ResultAck) -> None:
        held = self._held.get(message.token)
        if held and held.state == "ended":
            self._settle(held.token, STOPPED)
            if not held.output.is_empty:
                self._leftovers[held.token] = Leftover(held.output, clock.now() + OUTPUT_SECONDS)

    def acknowledge_checkpoint(self, message: CheckpointAck) -> None:
        if held := self._held.get(message.token):
            held.checkpoints.pop(message.number, None)

    # ---- What the slots tell

    def on_slot(self, slot: Slot, kind: str, token: int, values: list[Any], lease_ends: float) -> None:
        held = self._held.get(token)
        if kind == "ended":
            slot.token = 0
            if held:
                self._end(held, read(Result, values[0]))
            self.start_queued(lease_ends)
        elif held is None:
            return  # forgotten, and being killed
        elif kind == "started":
            self._send(Started(token, slot.number, values[0]))
        elif kind == "output":
            held.output.append(values[0])
        elif kind == "progress":
            held.progress = Progress(token, values[0], values[1])
        elif kind == "checkpoint":
            held.checkpoints_made += 1
            checkpoint = Checkpoint(token, held.checkpoints_made, values[0])
            held.checkpoints[checkpoint.number] = (checkpoint, Resending(clock.now()))

    def slot_lost(self, slot: Slot, token: int, lease_ends: float) -> None:
        """Its supervisor died; everything that it left is dead as well."""
        if held := self._held.get(token):
            self._end(held, Result(token=token, outcome="worker lost", detail="the slot's supervisor died"))
        self.start_queued(lease_ends)

    def _end(self, held: Held, result: Result) -> None:
        held.output.finish()
        result.token, result.output_size, result.slot = held.token, held.output.size, held.slot.number
        held.state, held.result, held.slot = "ended", result, None
        held.resending = Resending(clock.now())

    # ---- Sending, and sending again

    def _send_result(self, held: Held) -> None:
        self._send(held.result)
        held.resending.sent(clock.now())

    def send_due(self, now: float) -> None:
        """Under a session: results, checkpoints, progress and output that are due."""
        for held in list(self._held.values()):
            for checkpoint, resending in held.checkpoints.values():
                if resending.due <= now:
                    self._send(checkpoint)
                    resending.sent(now)
            if held.state == "ended":
                if held.resending.due <= now:
                    self._send_result(held)
            elif held.progress and held.progress_due <= now:
                self._send(held.progress)
                held.progress, held.progress_due = None, now + PROGRESS_SECONDS
            self._send_output(held.token, held.output)
        for token, leftover in self._leftovers.items():
            self._send_output(token, leftover.output)

    def drop_leftovers(self, now: float) -> None:
        """Output that has arrived, or waited long enough."""
        for token, leftover in list(self._leftovers.items()):
            if leftover.output.is_empty or leftover.drop_at <= now:
                del self._leftovers[token]

    def _send_output(self, token: int, output: KeptOutput) -> None:
        for piece in output.take(clock.now()):
            self._send(Output(token, piece.offset, piece.data))

    def send_all_again(self, now: float) -> None:
        """After a welcome."""
        for held in self._held.values():
            for _, resending in held.checkpoints.values():
                resending.again(now)
            if held.resending:
                held.resending.again(now)
        for output in self._outputs().values():
            output.send_again()

    def _outputs(self) -> dict[int, KeptOutput]:
        outputs = {token: leftover.output for token, leftover in self._leftovers.items()}
        return outputs | {held.token: held.output for held in self._held.values()}

    @property
    def output_waits(self) -> bool:
        return any(output.waits for output in self._outputs().values())

    def outputs_acknowledged(self, received: list[Any], heartbeat_sent: float | None) -> None:
        outputs = self._outputs()
        for each in received:
            if output := outputs.get(each.token):
                output.acknowledge(each.offset)
        if heartbeat_sent is not None:
            for output in outputs.values():
                output.heartbeat_acknowledged(heartbeat_sent)

    # ---- Losing what is held

    def extend_leases(self, lease_ends: float) -> None:
        for held in self._held.values():
            if held.state == "running" and not held.spec.finish_on_disconnect:
                held.slot.extend(lease_ends)

    def lease_ran_out(self) -> None:
        for held in list(self._held.values()):
            if held.state == "queued" or (held.state == "running" and not held.spec.finish_on_disconnect):
                self._give_up(held)

    def drop_queued(self, reason: str) -> None:
        for held in [each for each in self._held.values() if each.state == "queued"]:
            self._settle(held.token, REJECTED)
            self._send(Reject(held.token, reason))

    def kill_all(self) -> None:
        """What runs ends; its results follow."""
        for held in self._held.values():
            if held.state == "running":
                held.slot.stop(0, "taken back")

    def forget_all(self) -> None:
        """They belong to another registry: nothing of them is reported."""
        for slot in self._slots:
            if slot.token:
                slot.stop(0, "worker lost")
        for token in [*self._held, *self._dead]:
            self._life.settled(token)
        self._held.clear()
        self._leftovers.clear()
        self._dead.clear()
        self._past = Past()

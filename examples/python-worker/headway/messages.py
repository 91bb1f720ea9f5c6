"""What a coordinator and its workers say to each other (schemas/protocol.md, part 1).

One class for each table of that text, with its names, in its order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .wire import (
    Invalid,
    array,
    binary,
    flag,
    int32,
    int64,
    microseconds,
    number,
    optional,
    pair,
    plain,
    read,
    record,
    text,
    uint32,
    uint64,
    unpack,
    wire,
    word,
)

PROTOCOL = 1

OUTCOMES = (
    "succeeded", "exit", "signal", "timeout", "out of memory", "could not start", "requirement", "gate",
    "worker lost", "killed its workers", "cancelled", "taken back",
)  # fmt: skip
outcome = word(*OUTCOMES)


# ---- Joining


@dataclass
class InventoryEntry:
    token: int = wire(uint64, 0)
    state: str = wire(word("queued", "running", "ended", "dead"), "running")
    slot: int = wire(uint32, 0)


@dataclass
class Hello:
    protocol: int = wire(uint32, PROTOCOL)
    worker: str = wire(text, "")
    incarnation: int = wire(uint64, 0)
    number: int = wire(uint64, 0)
    formers: list[int] = wire(array(uint64), list)
    boot_id: str = wire(text, "")
    host: str = wire(text, "")
    slots: int = wire(uint32, 1)
    labels: list[str] = wire(array(text), list)
    types: list[str] = wire(array(text), list)
    every_type: bool = wire(flag, False)
    resources: list[tuple[str, int]] = wire(array(pair(text, int64)), list)
    containment: str = wire(text, "")
    registry: str = wire(text, "")
    inventory: list[InventoryEntry] = wire(array(record(InventoryEntry)), list)


@dataclass
class InventoryVerdict:
    token: int = wire(uint64, 0)
    verdict: str = wire(word("continue", "kill", "resend", "forget"), "continue")


@dataclass
class Welcome:
    protocol: int = wire(uint32, PROTOCOL)
    registry: str = wire(text, "")
    epoch: int = wire(uint64, 0)
    session: int = wire(uint64, 0)
    lease_us: int = wire(microseconds, 0)
    heartbeat_us: int = wire(microseconds, 0)
    verdicts: list[InventoryVerdict] = wire(array(record(InventoryVerdict)), list)


@dataclass
class Refused:
    reason: str = wire(text, "")
    retry: bool = wire(flag, False)


@dataclass
class HelloAgain:
    pass


# ---- Attempts


@dataclass
class AttemptSpec:
    run: str = wire(text, "")
    ticket: str = wire(text, "")
    attempt: int = wire(uint32, 1)
    words: list[str] = wire(array(text), list)
    call: str = wire(text, "")
    args: str = wire(text, "")
    root: str = wire(text, "")
    dir: str = wire(text, "")
    env: list[tuple[str, str]] = wire(array(pair(text, text)), list)
    secrets: list[str] = wire(array(text), list)
    timeout_us: int | None = wire(optional(microseconds), None)
    kill_grace_us: int = wire(microseconds, 0)
    finish_on_disconnect: bool = wire(flag, False)
    artifacts: list[str] = wire(array(text), list)
    output_head: int = wire(uint64, 8 << 20)
    output_tail: int = wire(uint64, 1 << 20)


@dataclass
class Assign:
    token: int = wire(uint64, 0)
    spec: AttemptSpec = wire(record(AttemptSpec), AttemptSpec)


@dataclass
class Accept:
    token: int = wire(uint64, 0)


@dataclass
class Reject:
    token: int = wire(uint64, 0)
    reason: str = wire(text, "")


@dataclass
class Started:
    token: int = wire(uint64, 0)
    slot: int = wire(uint32, 0)
    process: int = wire(int64, 0)


@dataclass
class Progress:
    token: int = wire(uint64, 0)
    share: float = wire(number, 0.0)
    message: str = wire(text, "")


@dataclass
class Checkpoint:
    token: int = wire(uint64, 0)
    number: int = wire(uint32, 0)
    name: str = wire(text, "")


@dataclass
class CheckpointAck:
    token: int = wire(uint64, 0)
    number: int = wire(uint32, 0)


@dataclass
class Output:
    token: int = wire(uint64, 0)
    offset: int = wire(uint64, 0)
    bytes: bytes = wire(binary, b"")


@dataclass
class Usage:
    elapsed_us: int = wire(microseconds, 0)
    cpu_us: int = wire(microseconds, 0)
    max_memory: int = wire(uint64, 0)


@dataclass
class ArtifactRecord:
    path: str = wire(text, "")
    size: int = wire(uint64, 0)
    sha256: str = wire(text, "")


@dataclass
class Result:
    token: int = wire(uint64, 0)
    outcome: str = wire(outcome, "succeeded")
    exit_code: int = wire(int32, 0)
    signal: int = wire(int32, 0)
    detail: str = wire(text, "")
    usage: Usage = wire(record(Usage), Usage)
    artifacts: list[ArtifactRecord] = wire(array(record(ArtifactRecord)), list)
    output_size: int = wire(uint64, 0)
    slot: int = wire(uint32, 0)


@dataclass
class ResultAck:
    token: int = wire(uint64, 0)
    verdict: str = wire(word("committed", "duplicate", "stale"), "committed")


@dataclass
class Stop:
    token: int = wire(uint64, 0)
    grace_us: int = wire(microseconds, 0)
    recall: bool = wire(flag, False)
    outcome: str = wire(outcome, "cancelled")


@dataclass
class Stopped:
    token: int = wire(uint64, 0)


# ---- Leases and heartbeats, leaving


@dataclass
class Load:
    cpu: float = wire(number, 0.0)
    memory: float = wire(number, 0.0)
    disk_busy: float = wire(number, 0.0)
    network: float = wire(number, 0.0)
    memory_bytes: int = wire(uint64, 0)
    disk_rate: int = wire(uint64, 0)
    network_rate: int = wire(uint64, 0)


@dataclass
class Heartbeat:
    number: int = wire(uint64, 0)
    held: list[InventoryEntry] = wire(array(record(InventoryEntry)), list)
    load: Load = wire(record(Load), Load)
    wall_clock_ms: int | None = wire(optional(int64), None)


@dataclass
class OutputReceived:
    token: int = wire(uint64, 0)
    offset: int = wire(uint64, 0)


@dataclass
class HeartbeatAck:
    number: int = wire(uint64, 0)
    revoked: list[int] = wire(array(uint64), list)
    outputs: list[OutputReceived] = wire(array(record(OutputReceived)), list)


@dataclass
class Drain:
    restart: bool = wire(flag, False)


@dataclass
class Goodbye:
    pass


# ---- Envelope

TYPES: dict[str, type] = {
    "hello": Hello, "welcome": Welcome, "refused": Refused, "hello_again": HelloAgain,
    "assign": Assign, "accept": Accept, "reject": Reject, "started": Started, "progress": Progress,
    "checkpoint": Checkpoint, "checkpoint_ack": CheckpointAck, "output": Output, "result": Result,
    "result_ack": ResultAck, "stop": Stop, "stopped": Stopped, "heartbeat": Heartbeat,
    "heartbeat_ack": HeartbeatAck, "drain": Drain, "goodbye": Goodbye,
}  # fmt: skip
WORDS = {message: word for word, message in TYPES.items()}
FROM_COORDINATOR = {
    Welcome, Refused, HelloAgain, Assign, CheckpointAck, ResultAck, Stop, HeartbeatAck, Drain,
}  # fmt: skip


def to_map(message: Any, session: int) -> dict[str, Any]:
    """A message with its envelope."""
    return {"type": WORDS[type(message)], "session": session, **plain(message)}


def from_frame(frame: bytes) -> tuple[int, Any]:
    """The session and message of a coordinator's frame. Raises Invalid."""
    values = unpack(frame)
    name = text(values.get("type", ""))
    message = TYPES.get(name)
    if message not in FROM_COORDINATOR:
        raise Invalid(f"a coordinator does not say {name!r:.40}")
    return uint64(values.get("session", 0)), read(message, values)

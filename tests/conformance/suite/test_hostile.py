"""A coordinator that says nonsense, or means harm: the worker neither dies of it nor does what it must not."""

import os
import random

import msgpack

from .case import Case
from .coordinator import MAX_FRAME_BYTES, Failed

RANDOM_FRAMES = 3000
# Values that are wrong for most fields, and large or small for the others.
VALUES = [
    None, True, -1, 0, 1, 2**31, 2**63, 2**64 - 1, -(2**63), 1.5, float("nan"), float("inf"), "", "x", "\0", "kill",
    "succeeded", b"", b"\xff" * 40, [], [[]], [1], [["a", 1]], [["a", "b"]], {}, {"token": 1}, [{"token": 1}],
]  # fmt: skip
FIELDS = {
    "welcome": ["protocol", "registry", "epoch", "session", "lease_us", "heartbeat_us", "verdicts"],
    "refused": ["reason", "retry"],
    "assign": ["token", "spec"],
    "checkpoint_ack": ["token", "number"],
    "result_ack": ["token", "verdict"],
    "stop": ["token", "grace_us", "recall", "outcome"],
    "heartbeat_ack": ["number", "revoked", "outputs"],
}


def deep(levels):
    return b"\x81\xa1a" + b"\x91" * levels + b"\xc0"


class Hostile(Case):
    slots = 2

    def setUp(self):
        super().setUp()
        self.coordinator.join()
        self.start_staying(1)
        self.session = self.coordinator.session

    def check_unharmed(self):
        """It runs what it ran, and can do more; also where it has closed its connection for what came, which it may."""
        self.coordinator.forget_what_came()
        try:
            self.coordinator.expect("heartbeat", within=3)
        except Failed:
            self.coordinator.join("continue")
        self.assertIsNone(self.worker.process.poll(), self.worker.log())
        self.assert_alive(1)
        self.assertEqual(self.coordinator.held().get(1), "running")
        self.assert_works(1000)

    def test_frames_that_are_no_messages_are_dropped(self):
        map_ = {"type": "stop", "session": self.session, "token": 1}
        good = msgpack.packb(map_)
        for frame in (
            b"", b"\xc1", b"\x00", b"hello", good[:-1], good + b"\x00", good + good, msgpack.packb([map_]),
            msgpack.packb("stop"), b"\x81\xa4type", deep(20), deep(2000), deep(200_000), b"\xdf\xff\xff\xff\xff",
            b"\xdd\xff\xff\xff\xff", b"\xdb\xff\xff\xff\xffx", msgpack.packb({**map_, 7: 8, b"x": 1, "token": "1"}),
            msgpack.packb({**map_, "token": msgpack.ExtType(5, b"x")}), msgpack.packb({**map_, "session": -1}),
            msgpack.packb({"x" * 500_000: 1}), msgpack.packb({**map_, "type": 5}), msgpack.packb({"token": 1}),
        ):  # fmt: skip
            self.coordinator.send_frames(frame)
        self.coordinator.send_frames(good, good)
        self.coordinator.send_frames(b"", good)
        self.coordinator.send_frames()
        self.check_unharmed()

    def test_frames_that_are_too_large_are_dropped(self):
        for size in (MAX_FRAME_BYTES + 1, 4 * MAX_FRAME_BYTES):
            body = {"type": "stop", "session": self.session, "token": 1, "padding": b"\0" * size}
            self.coordinator.send_frames(msgpack.packb(body))
        self.check_unharmed()

    def test_messages_that_only_workers_send_and_unknown_ones_are_dropped(self):
        for kind in ("hello", "accept", "reject", "started", "progress", "checkpoint", "output", "result", "stopped",
                     "heartbeat", "goodbye", "bye", "", "STOP", "stop "):  # fmt: skip
            self.coordinator.send(kind, token=1, number=1, outcome="succeeded", worker="x", incarnation=5)
        self.check_unharmed()

    def test_values_of_wrong_types_and_ranges_are_dropped(self):
        for kind, fields in (
            ("stop", {"token": 1, "outcome": "beaten"}),
            ("stop", {"token": 1, "grace_us": "0"}),
            ("stop", {"token": 1, "grace_us": 10**18}),
            ("stop", {"token": 1, "recall": 1}),
            ("stop", {"token": -1}),
            ("stop", {"token": 2**64 - 1, "grace_us": 1.0}),
            ("stop", {"token": 0}),
            ("assign", {"token": 0, "spec": {"words": ["/bin/true"]}}),
            ("assign", {"token": 50, "spec": []}),
            ("assign", {"token": 51, "spec": {"words": "/bin/true"}}),
            ("assign", {"token": 52, "spec": {"words": [b"/bin/true"]}}),
            ("assign", {"token": 53, "spec": {"words": ["/bin/true"], "env": [["A"]]}}),
            ("assign", {"token": 54, "spec": {"words": ["/bin/true"], "timeout_us": "1"}}),
            ("assign", {"token": 55, "spec": {"words": ["/bin/true"], "attempt": 2**40}}),
            ("result_ack", {"token": 1, "verdict": "gone"}),
            ("heartbeat_ack", {"number": 1, "revoked": [1, "x"]}),
            ("heartbeat_ack", {"number": 1, "revoked": {"1": 1}}),
            ("refused", {"reason": "go", "retry": False}),
        ):
            self.coordinator.send(kind, **fields)
        self.check_unharmed()
        answered = {message.get("token") for message in self.coordinator.seen if message["type"] in ("accept", "reject")}
        self.assertFalse(answered & set(range(50, 56)), answered)

    def test_messages_out_of_state_change_nothing(self):
        for token in (1, 77, 2**64 - 1):
            self.coordinator.send("result_ack", token=token, verdict="committed")
            self.coordinator.send("checkpoint_ack", token=token, number=2**32 - 1)
            self.coordinator.send("heartbeat_ack", number=0, outputs=[{"token": token, "offset": 2**64 - 1}])
        self.coordinator.send("stop", token=1, recall=True)
        self.check_unharmed()

    def test_tokens_at_the_end_of_their_range_are_tokens(self):
        for token in (2**63, 2**64 - 1):
            self.run_shell(token, "exit 3")
            self.assertEqual(self.coordinator.finish(token)["exit_code"], 3)
        self.check_unharmed()

    def test_a_flood_of_assigns_is_rejected_without_harm(self):
        for token in range(100, 600):
            self.coordinator.shell(token, "while [ ! -e go ]; do sleep 0.05; done", root=self.root)
        answers = [self.coordinator.expect("reject") for _ in range(497)]
        self.assertEqual(len({answer["token"] for answer in answers}), 497)
        (self.worker.root / "go").touch()
        for token in (100, 101, 102):
            self.coordinator.finish(token)
        self.check_unharmed()

    def test_it_reaches_nothing_outside_of_its_root(self):
        secret = self.folder / "outside"
        secret.write_text("secret")
        for token, spec in enumerate(
            (
                {"artifacts": ["../outside"]},
                {"artifacts": [str(secret)]},
                {"artifacts": ["x/../../outside"]},
                {"dir": ".."},
                {"dir": "/"},
                {"dir": "x/../../.."},
            ),
            start=20,
        ):
            self.run_shell(token, "ls > seen", **spec)
            result = self.coordinator.finish(token)
            self.assertNotEqual(result["outcome"], "succeeded", spec)
            self.assertFalse(result.get("artifacts"), spec)
        self.assertEqual(sorted(os.listdir(self.folder)), sorted({"log", "outside", "root", "state"} | self._socket()))
        self.check_unharmed()

    def _socket(self):
        return {"socket"} if self.transport == "ipc" else set()

    def test_random_damage_does_no_harm(self):
        seed = int(os.environ.get("CONFORMANCE_SEED") or random.SystemRandom().randrange(1 << 32))
        source = random.Random(seed)
        print(f"random damage: CONFORMANCE_SEED={seed}")
        for _ in range(RANDOM_FRAMES):
            kind = source.choice(sorted(FIELDS))
            message = {"type": kind, "session": source.choice([0, self.session, self.session])}
            for name in FIELDS[kind]:
                if name not in message and source.random() < 0.7:
                    message[name] = source.choice(VALUES)
            if message.get("token") in (1, True) or kind == "heartbeat_ack":
                message["session"] = self.session + 1  # else it would be obeyed
            frame = bytearray(msgpack.packb(message))
            for _ in range(source.choice([0, 0, 1, 3])):
                frame[source.randrange(len(frame))] = source.randrange(256)
            if kind == "stop" and b"\x01" in frame:
                continue  # damaged into one of token 1, perhaps
            self.coordinator.send_frames(bytes(frame))
        self.check_unharmed()

"""A coordinator of the test's own: a ROUTER socket, and a script of what it says. Written from schemas/protocol.md, with no
code of any worker's or of the real coordinator's."""

import time

import msgpack
import zmq

MAX_FRAME_BYTES = 1 << 20
LEASE_SECONDS = 30.0
HEARTBEAT_SECONDS = 0.3
# The longest that a test waits for what must come; far more than it takes, for machines that do other work as well.
PATIENCE_SECONDS = 20.0


class Failed(AssertionError):
    """What was expected did not come, or what must not come did."""


class Coordinator:
    """Speaks with one worker. Heartbeats are acknowledged as they come, as long as `acknowledges` is set."""

    def __init__(self, endpoint, registry="registry-1", epoch=1):
        self.endpoint = endpoint
        self.registry = registry
        self.epoch = epoch
        self.session = 0
        self.acknowledges = True
        self.acknowledges_output = True
        self.peer = None  # routing id of the connection on which the worker spoke last
        self.heartbeat = None  # the last one
        self.seen = []  # everything, for messages of failures
        self.output = {}  # token: {offset: bytes}
        self.held_back = []  # received, and not asked for yet
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.ROUTER)
        self._socket.setsockopt(zmq.LINGER, 0)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                self._socket.bind(endpoint)
                return
            except zmq.ZMQError:  # the address of one that died a moment ago
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def die(self):
        self._socket.close(linger=0)
        self._context.term()

    # ---- Speaking

    def send_frames(self, *frames):
        self._socket.send_multipart([self.peer, *frames])

    def send(self, kind, session=None, **fields):
        envelope = {"type": kind, "session": self.session if session is None else session}
        self.send_frames(msgpack.packb({**envelope, **fields}))

    def welcome(self, session=None, lease=LEASE_SECONDS, heartbeat=HEARTBEAT_SECONDS, **fields):
        self.session = session or self.session + 1
        self.send("welcome", **{
            "registry": self.registry, "epoch": self.epoch, "protocol": 1, "lease_us": round(lease * 1e6),
            "heartbeat_us": round(heartbeat * 1e6), "verdicts": [], **fields,
        })  # fmt: skip

    def join(self, verdict=None, **options):
        """Answers the next hello, with the same verdict for all that it holds; the hello."""
        hello = self.expect("hello")
        verdicts = [{"token": entry["token"], "verdict": verdict} for entry in hello["inventory"] if verdict]
        self.welcome(verdicts=verdicts, **options)
        self.expect("heartbeat")
        return hello

    def assign(self, token, words=(), **spec):
        self.send("assign", token=token, spec={"run": "r1", "ticket": f"T-{token}", "words": list(words), **spec})

    def shell(self, token, line, **spec):
        self.assign(token, ["/bin/sh", "-c", line], **spec)

    # ---- Listening

    def _receive(self, seconds):
        """The next message, or none; what follows from it at once is done."""
        if not self._socket.poll(max(0, round(seconds * 1000))):
            return None
        peer, *frames = self._socket.recv_multipart()
        if len(frames) != 1 or len(frames[0]) > MAX_FRAME_BYTES:
            raise Failed(f"{len(frames)} frames of {[len(frame) for frame in frames]} bytes")
        message = msgpack.unpackb(frames[0], unicode_errors="surrogateescape")
        message["received_at"] = time.monotonic()
        message["peer"] = peer
        self.seen.append(message)
        known = peer == self.peer
        if message["type"] == "hello":
            self.peer = peer
        elif not known:  # of a connection, or of an epoch, that is no more
            self._socket.send_multipart([peer, msgpack.packb({"type": "hello_again", "session": 0})])
            return None
        if message["type"] == "output":
            self.output.setdefault(message["token"], {})[message["offset"]] = message["bytes"]
        if message["type"] == "heartbeat":
            self.heartbeat = message
            if self.acknowledges:
                self._acknowledge(message["number"])
        return message

    def _acknowledge(self, number):
        outputs = []
        if self.acknowledges_output:
            for token in self.output:
                outputs.append({"token": token, "offset": self.end_of_output(token)})
        self.send("heartbeat_ack", number=number, outputs=outputs)

    def end_of_output(self, token):
        return max((offset + len(data) for offset, data in self.output.get(token, {}).items()), default=0)

    def text(self, token):
        """All output of an attempt that came, in order; a gap is marked."""
        end, text = 0, b""
        for offset, data in sorted(self.output.get(token, {}).items()):
            if offset > end:
                text += b"<gap>"
            text += data[max(0, end - offset) :] if offset <= end else data
            end = max(end, offset + len(data))
        return text

    def expect(self, kind, token=None, within=PATIENCE_SECONDS, that=None):
        """The first message of that kind that was not asked for yet (and is of `token`, and for which `that` holds)."""
        deadline = time.monotonic() + within

        def fits(message):
            of_token = token is None or message.get("token") == token
            return message["type"] == kind and of_token and (that is None or that(message))

        for message in self.held_back:
            if fits(message):
                self.held_back.remove(message)
                return message
        while (left := deadline - time.monotonic()) > 0:
            message = self._receive(left)
            if message is None:
                continue
            if fits(message):
                return message
            self.held_back.append(message)
        raise Failed(f"no {kind} of {token} came within {within} s\n{self.story()}")

    def listen(self, seconds):
        """Everything that comes within that time."""
        deadline = time.monotonic() + seconds
        heard = []
        while (left := deadline - time.monotonic()) > 0:
            if message := self._receive(left):
                heard.append(message)
        return heard

    def expect_none(self, seconds, *kinds, token=None):
        for message in self.listen(seconds):
            if message["type"] in kinds and token in (None, message.get("token")):
                raise Failed(f"{message['type']} came, which must not\n{self.story()}")

    def forget_what_came(self):
        self.held_back.clear()

    def next_heartbeat(self):
        """One that is sent after now: the last one under way may be of before, so two."""
        self.forget_what_came()
        self.expect("heartbeat")
        return self.expect("heartbeat")

    def held(self):
        """Token and state of all that the worker says it holds, now."""
        return {entry["token"]: entry["state"] for entry in self.next_heartbeat()["held"]}

    def finish(self, token):
        """Takes the attempt's result, and acknowledges it."""
        result = self.expect("result", token)
        self.send("result_ack", token=token, verdict="committed")
        return result

    def wait_for_output(self, token, size, within=PATIENCE_SECONDS):
        deadline = time.monotonic() + within
        while self.end_of_output(token) < size:
            if time.monotonic() > deadline:
                raise Failed(f"output of {token} ends at {self.end_of_output(token)} of {size}\n{self.story()}")
            if message := self._receive(0.1):
                self.held_back.append(message)

    def story(self):
        """The last messages, for whoever reads of a failure."""
        lines = []
        for message in self.seen[-30:]:
            shown = {name: value for name, value in message.items() if name not in ("load", "peer", "resources")}
            lines.append(f"    {str(shown)[:300]}")
        return "the worker said:\n" + "\n".join(lines)

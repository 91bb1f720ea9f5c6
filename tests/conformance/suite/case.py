"""What all tests of the suite share: a worker of their own, joined to a coordinator of their own."""

import pathlib
import shutil
import socket
import tempfile
import unittest

from .coordinator import Coordinator
from .processes import Worker

# A ticket that never ends by itself: a shell, and a grandchild of its own session that nobody but a container holds.
STAYS = """
setsid sh -c 'echo > grandchild; exec sleep 1000' &
echo > child
while :; do sleep 1000; done
"""


class Case(unittest.TestCase):
    """`command` and `transport` are set by whoever runs the suite."""

    command = ""
    transport = "ipc"
    slots = 1

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="conformance-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.endpoint = self._endpoint()
        self.coordinator = Coordinator(self.endpoint)
        self.addCleanup(lambda: self.coordinator.die())
        self.worker = Worker(self.command, self.folder, self.endpoint, self.slots)
        self.root = str(self.worker.root)
        self.addCleanup(self.worker.end)

    def _endpoint(self):
        if self.transport == "ipc":
            return f"ipc://{self.folder}/socket"
        with socket.create_server(("127.0.0.1", 0)) as server:
            return f"tcp://127.0.0.1:{server.getsockname()[1]}"

    def restart_coordinator(self, **changes):
        """It dies, and another one takes its place."""
        old = self.coordinator
        old.die()
        made = {"registry": old.registry, "epoch": old.epoch + 1, **changes}
        self.coordinator = Coordinator(self.endpoint, **made)
        self.coordinator.session = old.session + 100

    def run_shell(self, token, line, env=(), **spec):
        """Assigns it and takes the acceptance."""
        env = [*env, self.worker.ticket_mark(token)]
        self.coordinator.shell(token, line, root=self.root, env=env, **spec)
        self.coordinator.expect("accept", token)

    def start_staying(self, token, **spec):
        """A ticket that stays, with a grandchild."""
        self.run_shell(token, STAYS, **spec)
        self.coordinator.expect("started", token)
        for name in ("child", "grandchild"):
            self.worker.wait_for_file(name)
        self.assert_alive(token)

    def assert_works(self, token):
        """The worker is as it should be: it does a ticket."""
        self.run_shell(token, "echo fine")
        self.assertEqual(self.coordinator.finish(token)["outcome"], "succeeded", self.worker.log())

    def assert_alive(self, token):
        """The ticket of `start_staying` is as it was."""
        self.assertGreaterEqual(len(self.worker.processes_of(token)), 2, self.worker.log())

    def assert_dead(self, token):
        alive = self.worker.processes_of(token)
        self.assertFalse(alive, f"processes {alive} of {token} are alive\n{self.coordinator.story()}")

"""How the Python worker and client come in to a coordinator, and what they say where they may not.

python_keys_test.py BIN_DIR SOURCE_DIR
"""

import pathlib
import socket
import sys
import threading
import time
import unittest

from cluster import Cluster

BIN, SOURCE = pathlib.Path(sys.argv[1]).absolute(), pathlib.Path(sys.argv[2]).absolute()
DENIED, UNREACHABLE = 4, 5
AT_ONCE_SECONDS = 15  # half of a client's patience


class WithKeys(unittest.TestCase):
    def setUp(self):
        self.cluster, self.other = self.start_cluster(), self.start_cluster()
        self.control = self.cluster.control_address

    def start_cluster(self):
        cluster = Cluster(BIN, SOURCE)
        self.addCleanup(cluster.end)
        cluster.start_coordinator("--require-keys")
        return cluster

    def python(self, *words):
        """As `Cluster.python`, and the answer comes at once."""
        begun = time.monotonic()
        code, said = self.cluster.python(*words)
        self.assertLess(time.monotonic() - begun, AT_ONCE_SECONDS, said)
        return code, said

    def test_a_client_without_the_right_key_is_told_at_once(self):
        good = self.cluster.key("viewer", "ada")
        code, said = self.python("client", "--connect", self.control, "--key", good, "status")
        self.assertIn("there is no run", said)
        code, said = self.python("client", "--connect", self.control, "status")
        self.assertEqual(code, DENIED, said)
        self.assertIn("asks for a key: say which with --key FILE, or HEADWAY_KEY", said)
        stranger = self.other.key("viewer", "eve")
        code, said = self.python("client", "--connect", self.control, "--key", stranger, "status")
        self.assertEqual(code, DENIED, said)
        self.assertIn("another coordinator than the one that this key is for", said)
        self.revoke("ada")
        code, said = self.python("client", "--connect", self.control, "--key", good, "status")
        self.assertEqual(code, DENIED, said)
        self.assertIn("does not know this key, or it was revoked", said)

    def test_a_worker_without_the_right_key_ends_and_says_how_to_get_one(self):
        key = self.cluster.key("worker", "w1")
        self.revoke("w1")
        for words, reason in (
            ([], "takes no worker without a key"),
            (["--key", key], "does not know this worker's key, or it was revoked"),
            (["--key", self.other.key("worker", "w2")], "is not the one that this worker's key is for"),
        ):
            code, said = self.python("worker", "--connect", self.cluster.workers_address, "--slots", "1", *words)
            self.assertEqual(code, DENIED, said)
            self.assertIn(reason, said)
        self.assertIn("headway keys", self.python("worker", "--connect", self.cluster.workers_address)[1])

    def test_a_worker_has_the_name_of_its_key_and_no_other(self):
        key = self.cluster.key("worker", "w1")
        code, said = self.python("worker", "--connect", self.cluster.workers_address, "--key", key, "--name", "w2")
        self.assertEqual(code, 2)
        self.assertIn("its key is that of w1: it cannot be called w2", said)

    def revoke(self, name):
        code, said = self.cluster.keys("revoke", name)
        self.assertEqual(code, 0, said)


class Relay(unittest.TestCase):
    """A relay whose coordinator is away hangs up on everybody."""

    def test_is_waited_for(self):
        cluster = Cluster(BIN, SOURCE)
        self.addCleanup(cluster.end)
        with socket.create_server(("127.0.0.1", 0)) as relay:
            threading.Thread(target=hang_up, args=(relay,), daemon=True).start()
            code, said = cluster.python("client", "--connect", f"127.0.0.1:{relay.getsockname()[1]}", "status")
            relay.shutdown(socket.SHUT_RDWR)
        self.assertEqual(code, UNREACHABLE, said)
        self.assertIn("no coordinator answers", said)


class Client(unittest.TestCase):
    def setUp(self):
        self.cluster = Cluster(BIN, SOURCE)
        self.addCleanup(self.cluster.end)

    def test_takes_addresses_as_headway_does(self):
        self.cluster.start_coordinator()
        place = self.cluster.control_address.removeprefix("tcp://")
        for words, variables in (
            (["--connect", place], {}),
            (["--connect", self.cluster.control_address], {}),
            ([], {"HEADWAY_COORDINATOR": place}),
        ):
            code, said = self.cluster.python("client", *words, "status", **variables)
            self.assertIn("there is no run", said)
        for wrong in ("", "host:99999", "host:0", "host:x", "http://host", "tcp://", "ipc://", "a b"):
            code, said = self.cluster.python("client", "--connect", wrong, "status")
            self.assertEqual(code, 2, said)
            self.assertIn(f"{wrong!r} is not an address of a coordinator", said)

    def test_knows_the_port_that_is_not_written(self):
        sys.path.insert(0, str(SOURCE / "examples/python-worker"))
        from headway.addresses import control_endpoint

        for written, endpoint in (
            ("build-01", "tcp://build-01:7421"), ("build-01:9", "tcp://build-01:9"), ("[::1]", "tcp://[::1]:7421"),
            ("tcp://10.0.0.1", "tcp://10.0.0.1:7421"), ("ipc:///tmp/x", "ipc:///tmp/x"),
        ):  # fmt: skip
            self.assertEqual(control_endpoint(written), endpoint)

    def test_says_for_people_what_is_wrong(self):
        self.cluster.start_coordinator()
        control = self.cluster.control_address
        code, said = self.cluster.python("client", "--connect", control, "wait", "rx")
        self.assertEqual(code, 2)
        self.assertIn("a run is written as r3 or 3, not 'rx'", said)
        code, said = self.cluster.python("client", "--connect", control, "submit", "nowhere.yaml")
        self.assertEqual((code, said), (1, "client: nowhere.yaml: No such file or directory\n"))
        code, said = self.cluster.python("client", "--connect", control, "--key", "no.key", "status")
        self.assertEqual((code, said), (1, "client: no.key cannot be read: No such file or directory\n"))


def hang_up(relay):
    while True:
        try:
            relay.accept()[0].close()
        except OSError:
            return


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)

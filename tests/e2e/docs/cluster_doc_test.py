"""docs/cluster.md, typed: cluster_doc_test.py BIN_DIR"""

import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from documentation import IN_CONTAINERS, blocks, commands, mentions
from machines import HERE, Neighbour, enter_own_network

BIN = pathlib.Path(sys.argv[1]).resolve()
PAGE = "cluster.md"
WAIT_SECONDS = 30
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("HEADWAY_")}
ENVIRONMENT["PATH"] = f"{BIN}:{ENVIRONMENT['PATH']}"
NO_NETWORK = enter_own_network()

# Which test types the commands under a heading, and those that a sentence or a table names.
TYPED = {
    "Two machines in five minutes": "test_two_machines",
    "Who may come in": "test_two_machines",
    "Workers on this machine": "test_workers_on_this_machine",
    "Backup of the registry": "test_a_backup_and_going_on_from_it",
    "Old runs": "test_a_backup_and_going_on_from_it",
    "Going on from a copy": "test_a_backup_and_going_on_from_it",
    "Upgrade": "test_an_upgrade",
    **{heading: "tests/cluster" for heading in IN_CONTAINERS},
}
MENTIONED = {
    "headway-worker": "test_two_machines",
    "headway agents": "test_two_machines",
    "headway-worker --slots 4": "test_workers_on_this_machine",
    "headway keys": "test_two_machines",
    "headway-coordinator --join-uses 0": "test_what_is_to_be_done_when_something_dies",
    "headway explain TICKET": "test_what_is_to_be_done_when_something_dies",
    "headway worker remove NAME --confirm-dead": "test_what_is_to_be_done_when_something_dies",
    "headway ticket retry --failed": "test_what_is_to_be_done_when_something_dies",
    "headway watch": "test_what_is_to_be_done_when_something_dies",
    "headway resume": "test_what_is_to_be_done_when_something_dies",
    "headway registry verify": "test_what_is_to_be_done_when_something_dies",
    "docker ps": "tests/cluster",
    "scripts/image": "tests/cluster",
    "scripts/build": "tests/cluster",
}


class ClusterPage(unittest.TestCase):
    """A person in a folder of their own. Programs that stay are started; all others must end well."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="hw-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.state = self.folder / ".headway"
        self.places = {"/var/lib/headway": str(self.state)}

    def filled_in(self, text):
        """A command with what a person puts in the place of an example's."""
        for example, own in self.places.items():
            text = text.replace(example, own)
        return text

    def start(self, words, log="log"):
        """A program in the folder, which is ended with the test; what it says is in a file there."""
        with open(self.folder / log, "w", encoding="utf-8") as file:
            process = subprocess.Popen(words, cwd=self.folder, env=dict(ENVIRONMENT, HOME=str(self.folder)),
                                       stdout=file, stderr=subprocess.STDOUT)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def said(self, log, pattern):
        """Waits until a program has said something that matches; the match."""
        def text():
            return (self.folder / log).read_text()
        self.wait_for(lambda: re.search(pattern, text()), text)
        return re.search(pattern, text())

    def start_coordinator(self, *options):
        self.coordinator = self.start(["headway-coordinator", "--embedded", "--state-dir", str(self.state), *options])
        self.wait_for(lambda: (self.state / "control.sock").exists())

    def stop(self, process):
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(WAIT_SECONDS), 0)

    def start_worker(self, name):
        worker = self.start(["headway-worker", "--connect", f"ipc://{self.state}/workers.sock", "--name", name,
                             "--slots", "1", "--state-dir", str(self.folder / name)], name + ".log")
        self.said(name + ".log", "joined")
        return worker

    def write_plan(self, line, file="plan.yaml"):
        (self.folder / file).write_text(f"version: 1\ntickets: [{{id: A, run: '{line}'}}]\n")

    def wait_for(self, condition, why=lambda: "it takes too long"):
        deadline = time.monotonic() + WAIT_SECONDS
        while not condition():
            if time.monotonic() > deadline:
                self.fail(why())
            time.sleep(0.02)

    def run_script(self, script):
        return subprocess.run(["bash", "-eux"], input=self.filled_in(script), cwd=self.folder,
                              env=dict(ENVIRONMENT, HOME=str(self.folder)), text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=2 * WAIT_SECONDS)

    def type(self, script, code=0):
        """Types commands; what they print. The last must end with this exit code, each before it with 0."""
        done = self.run_script(script)
        self.assertEqual(done.returncode, code, done.stdout)
        return done.stdout

    def test_every_command_of_the_page_is_typed_by_a_test(self):
        self.assertEqual(set(blocks(PAGE)), set(TYPED), "commands that no test types, or that are there no more")
        self.assertEqual(mentions(PAGE), set(MENTIONED), "the same of those that sentences name")
        for test in {*TYPED.values(), *MENTIONED.values()} - {"tests/cluster"}:
            self.assertTrue(hasattr(self, test), test)

    @unittest.skipIf(NO_NETWORK, f"no second machine can be had here: {NO_NETWORK}")
    def test_two_machines(self):
        there = Neighbour()
        self.addCleanup(there.end)
        self.write_plan("echo done > out")
        worker = None
        for line in blocks(PAGE)["Two machines in five minutes"]:
            words = shlex.split(self.filled_in(line))
            if words[0] == "headway-coordinator":
                self.coordinator = self.start(words, "coordinator.log")
                printed = self.said("coordinator.log", rf"headway-worker --join (\S+@{re.escape(HERE)}:7420)\s")
            elif words[0] == "headway-worker":
                self.assertRegex(words[2], rf"^\w+\.\.\.\w+@{re.escape(HERE)}:7420$", "as the page shortens it")
                worker = self.start(there.words(words[0], words[1], printed[1]), "worker.log")
                self.said("worker.log", "joined")
            else:
                self.type(line)
        self.assertTrue((self.folder / "out").exists())
        self.assertIn("idle", self.type("headway agents"))
        # From then on it is known.
        self.stop(worker)
        self.start(there.words("headway-worker"), "worker.log")
        self.said("worker.log", "joined")
        self.who_may_come_in(there)

    def who_may_come_in(self, there):
        """Ada's machine is the other one, where the key was brought to."""
        self.places["build.example"] = HERE
        status = ""
        for line in blocks(PAGE)["Who may come in"]:
            if line.startswith("headway status"):
                status = shlex.join(there.words(*shlex.split(line)))
                self.assertIn("succeeded", self.type(status))
                self.type(shlex.join(there.words(*shlex.split(line.replace("status", "pause")))), code=4)
            else:
                self.type(line)
        self.assertEqual((self.folder / "ada.key").stat().st_mode & 0o777, 0o600)
        self.type(status, code=4)

    def test_workers_on_this_machine(self):
        self.start_coordinator()
        printed = self.type(commands(PAGE, "Workers on this machine"))
        self.assertIn("local agents: 0 -> 4", printed)
        self.assertIn("local-4/1", printed)
        self.assertIn("local agents: 4 -> 1", printed)
        self.start(["headway-worker", "--slots", "4", "--name", "by-hand", "--connect",
                    f"ipc://{self.state}/workers.sock"], "worker.log")
        self.said("worker.log", "joined")
        self.assertIn("by-hand/4", self.type("headway agents"))

    def test_a_backup_and_going_on_from_it(self):
        self.start_coordinator()
        self.write_plan("true")
        self.type("headway worker scale 1\nheadway run plan.yaml\n" + commands(PAGE, "Backup of the registry"))
        self.stop(self.coordinator)
        self.type(commands(PAGE, "Old runs"))
        self.type(commands(PAGE, "Going on from a copy"))
        self.start_coordinator()
        self.assertIn("succeeded", self.type("headway status\n"))

    def test_an_upgrade(self):
        self.start_coordinator()
        self.start_worker("build-01")
        self.type(commands(PAGE, "Upgrade"))
        self.wait_for(lambda: self.type("headway events --all\n").count("worker build-01 joined") == 2)

    def test_what_is_to_be_done_when_something_dies(self):
        self.start_coordinator("--join-uses", "0", "--lease", "3s", "--heartbeat", "500ms")
        self.places.update({"TICKET": "A", "NAME": "build-01"})
        worker = self.start_worker("build-01")
        self.write_plan("test -e good && until test -e go; do sleep 0.05; done")
        self.type("headway run plan.yaml", code=7)
        self.assertIn("exit 1", self.type("headway explain TICKET"))
        (self.folder / "good").touch()
        self.type("headway ticket retry --failed")
        self.wait_for(lambda: " running" in self.type("headway status"))
        self.type("headway stop --force --preserve-state")
        self.type("headway resume")
        self.wait_for(lambda: " running" in self.type("headway status"))
        worker.kill()
        worker.wait()
        # A person's word is not taken while the worker was heard of lately.
        self.wait_for(lambda: self.run_script("headway worker remove NAME --confirm-dead").returncode == 0)
        (self.folder / "go").touch()
        self.start_worker("build-02")
        self.assertIn("succeeded", self.type("headway watch"))
        self.type("headway registry verify")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[2:], verbosity=2)

"""docs/cluster.md, typed: cluster_doc_test.py BIN_DIR"""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from documentation import commands

BIN = pathlib.Path(sys.argv[1]).resolve()
WAIT_SECONDS = 30
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("HEADWAY_")}
ENVIRONMENT["PATH"] = f"{BIN}:{ENVIRONMENT['PATH']}"


class ClusterPage(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.state = self.folder / ".headway"
        self.start_coordinator()

    def start(self, *words):
        """A program in the folder, which is ended with the test."""
        process = subprocess.Popen(words, cwd=self.folder, env=ENVIRONMENT, stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def start_coordinator(self):
        self.coordinator = self.start("headway-coordinator", "--embedded", "--state-dir", str(self.state))
        self.wait_for(lambda: (self.state / "control.sock").exists())

    def stop_coordinator(self):
        self.coordinator.send_signal(signal.SIGTERM)
        self.assertEqual(self.coordinator.wait(WAIT_SECONDS), 0)

    def wait_for(self, condition):
        deadline = time.monotonic() + WAIT_SECONDS
        while not condition():
            self.assertLess(time.monotonic(), deadline, "it takes too long")
            time.sleep(0.02)

    def type(self, script):
        """Types commands; what they print. Each must succeed."""
        done = subprocess.run(["bash", "-eux"], input=script, cwd=self.folder, env=ENVIRONMENT, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=2 * WAIT_SECONDS)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def test_workers_on_this_machine(self):
        printed = self.type(commands("cluster.md", "Workers on this machine"))
        self.assertIn("local agents: 0 -> 4", printed)
        self.assertIn("local-4/1", printed)
        self.assertIn("local agents: 4 -> 1", printed)

    def test_a_backup_and_going_on_from_it(self):
        (self.folder / "plan.yaml").write_text("version: 1\ntickets: [{id: A, run: 'true'}]\n")
        self.type("headway worker scale 1\nheadway run plan.yaml\n" + commands("cluster.md", "Backup of the registry"))
        self.stop_coordinator()
        self.type(commands("cluster.md", "Going on from a copy"))
        self.start_coordinator()
        self.assertIn("succeeded", self.type("headway status\n"))

    def test_an_upgrade(self):
        self.start("headway-worker", "--connect", f"ipc://{self.state}/workers.sock", "--name", "build-01", "--slots", "1",
                   "--state-dir", str(self.folder / "worker"))
        self.wait_for(lambda: "build-01/1" in self.type("headway agents\n"))
        self.type(commands("cluster.md", "Upgrade"))
        self.wait_for(lambda: self.type("headway events --all\n").count("worker build-01 joined") == 2)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)

"""Real recorded workflows, imported and executed whole: a coordinator, two workers with three slots each, real processes.

workflows_test.py BIN_DIR SOURCE_DIR

What is expected of a run comes from the workflow's own document, read here a second time and by other code than the
importer's: who waits for whom, and which files of which sizes there are in the end. What happened comes from the
registry, by SQL.
"""

import hashlib
import json
import os
import pathlib
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import unittest

BIN = pathlib.Path(sys.argv[1])
DATA = pathlib.Path(os.environ.get("HEADWAY_DATA") or pathlib.Path(sys.argv[2]) / ".." / "shared" / "data")
WORKFLOWS = DATA / "wfinstances"
SKIPPED = 77
SLOTS = 3
RUN_SECONDS = 150
STOP_SECONDS = 20
# As the importer's defaults (coordinator/import/import_wfcommons.h).
MOST_BYTES = 64 << 20

# What a user has set must not reach the programs.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("HEADWAY_")}


def free_addresses(count):
    """Addresses on loopback that nobody listens on now, all different."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    addresses = [f"tcp://127.0.0.1:{one.getsockname()[1]}" for one in sockets]
    for one in sockets:
        one.close()
    return addresses


class Workflow:
    """What a document says about the run to be: the tasks that each task waits for, and the files with their sizes."""

    def __init__(self, path):
        specification = json.loads(path.read_text())["workflow"]["specification"]
        tasks = specification["tasks"]
        writer = {file: task["id"] for task in tasks for file in task["outputFiles"]}
        self.waits_for = {}
        for task in tasks:
            writers = {writer[file] for file in task["inputFiles"] if file in writer}
            self.waits_for[task["id"]] = (set(task["parents"]) | writers) - {task["id"]}
        total = sum(file["sizeInBytes"] for file in specification["files"])
        scale = min(1.0, MOST_BYTES / total)
        self.sizes = {file["id"].lstrip("/"): max(1, int(file["sizeInBytes"] * scale)) for file in specification["files"]}


class Cluster:
    """A coordinator and two workers; everything of theirs is below one folder. Ends them when it is left."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.state = self.folder / "state"
        self.root = self.folder / "root"
        self.processes = []

    def __enter__(self):
        self.root.mkdir()
        listen, self.control = free_addresses(2)
        ready, told = os.pipe()
        self.start("coordinator", ["headway-coordinator", "--state-dir", self.state, "--listen", listen, "--control",
                                   self.control, "--ready-fd", told], pass_fds=[told])
        os.close(told)
        with os.fdopen(ready, "rb") as pipe:
            if not pipe.read(1):
                raise AssertionError("the coordinator ended before it was ready:\n" + self.log("coordinator"))
        for name in ("w1", "w2"):
            self.start(name, ["headway-worker", "--connect", listen, "--name", name, "--slots", SLOTS, "--root", self.root,
                              "--state-dir", self.folder / name])
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):  # the workers first, so that they can say goodbye
            process.send_signal(signal.SIGTERM)
        for process in reversed(self.processes):
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def start(self, name, command, **options):
        with open(self.folder / f"{name}.log", "wb") as log:
            self.processes.append(subprocess.Popen(words(command), stdin=subprocess.DEVNULL, stdout=log,
                                                   stderr=subprocess.STDOUT, env=ENVIRONMENT, **options))

    def log(self, name):
        return (self.folder / f"{name}.log").read_text(errors="replace")[-4000:]

    def run(self, plan):
        """Runs a plan to its end; what `headway run` printed, and its exit code."""
        return headway(["run", plan, "--connect", self.control], cwd=self.root)

    def query(self, sql):
        """Rows of the registry, which the coordinator goes on to own."""
        connection = sqlite3.connect(f"file:{self.state}/registry.db?mode=ro", uri=True)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()


def words(command):
    return [str(BIN / command[0]), *map(str, command[1:])]


def headway(arguments, cwd):
    return subprocess.run(words(["headway", *arguments]), cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True,
                          timeout=RUN_SECONDS)


class Workflows(unittest.TestCase):
    def run_whole(self, name):
        path = WORKFLOWS / f"{name}.json"
        workflow = Workflow(path)
        with tempfile.TemporaryDirectory(prefix="headway-") as folder, Cluster(folder) as cluster:
            imported = headway(["import", "wfcommons", path], cwd=cluster.root)
            self.assertEqual(imported.returncode, 0, imported.stderr)
            (cluster.root / "plan.yaml").write_text(imported.stdout)
            run = cluster.run("plan.yaml")
            self.assertEqual(run.returncode, 0, "\n".join([run.stdout[-4000:], run.stderr[-4000:],
                                                           cluster.log("coordinator"), cluster.log("w1")]))
            self.check_tickets(workflow, cluster)
            self.check_order(workflow, cluster)
            self.check_files(workflow, cluster, name)

    def check_tickets(self, workflow, cluster):
        tickets = dict(cluster.query("SELECT id, state FROM ticket"))
        self.assertEqual(set(tickets), {"inputs", *workflow.waits_for})
        self.assertEqual(set(tickets.values()), {"succeeded"})
        successes = cluster.query("SELECT id, count(*) FROM attempt WHERE outcome = 'succeeded' GROUP BY id")
        self.assertEqual(dict(successes), dict.fromkeys(tickets, 1), "a ticket succeeds exactly once")
        # A ticket that waited at a busy worker may be taken back, unstarted, for one that is idle.
        self.assertEqual(cluster.query("SELECT id, outcome FROM attempt WHERE outcome <> 'succeeded'"
                                       " AND NOT (outcome = 'taken back' AND started_at IS NULL)"), [])
        self.assertEqual(cluster.query("SELECT state FROM run"), [("succeeded",)])
        workers = cluster.query("SELECT DISTINCT worker FROM attempt ORDER BY worker")
        self.assertEqual(workers, [("w1",), ("w2",)], "both workers take part")

    def check_order(self, workflow, cluster):
        handed_out = dict(cluster.query(
            "SELECT id, min(sequence) FROM facts JOIN tickets USING (run, ticket) WHERE kind = 'ticket assigned' GROUP BY id"))
        ended = dict(cluster.query(
            "SELECT id, max(sequence) FROM facts JOIN tickets USING (run, ticket) WHERE kind = 'attempt ended' GROUP BY id"))
        for task, others in workflow.waits_for.items():
            for other in others or {"inputs"}:
                self.assertLess(ended[other], handed_out[task], f"{task} was handed out before {other} had ended")

    def check_files(self, workflow, cluster, name):
        recorded = {path: (size, digest) for path, size, digest in cluster.query(
            "SELECT detail, number, digest FROM facts WHERE kind = 'artifact'")}
        for file, size in workflow.sizes.items():
            path = f"data/{name}/{file}"
            content = (cluster.root / path).read_bytes()
            self.assertEqual(len(content), size, path)
            self.assertEqual(recorded.get(path), (size, hashlib.sha256(content).hexdigest()), path)

    def test_montage(self):
        self.run_whole("montage-chameleon-2mass-01d-001")

    def test_epigenomics(self):
        self.run_whole("epigenomics-chameleon-hep-1seq-100k-001")

    def test_1000genome(self):
        self.run_whole("1000genome-chameleon-2ch-100k-001")


if not WORKFLOWS.is_dir():
    print(f"skipped: there is no {WORKFLOWS} (set HEADWAY_DATA)")
    sys.exit(SKIPPED)
unittest.main(argv=sys.argv[:1])

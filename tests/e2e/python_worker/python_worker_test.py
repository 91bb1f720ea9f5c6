"""The Python worker and client with the real coordinator, beside Headway's own worker.

python_worker_test.py BIN_DIR SOURCE_DIR

What happened comes from the registry, by SQL, and from what the tickets left behind.
"""

import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import time
import unittest

from cluster import Cluster

BIN, SOURCE = pathlib.Path(sys.argv[1]).absolute(), pathlib.Path(sys.argv[2]).absolute()
EXAMPLE = SOURCE / "examples/python-worker"
sys.path.insert(0, str(EXAMPLE))

from headway.control import Client, Refused  # noqa: E402

RUN_SECONDS = 150
MANY = 300  # tickets of the run whose worker is killed
KILLS = 3

WORK = """
import os, time

def square(x):
    return x * x

def note(text, file="notes"):
    with open(file, "a") as out:
        out.write(text + "\\n")
    print("noted", text)

def once(number):
    "Leaves a mark for each time that it ran to its end, and another for each beginning."
    with open(f"begun/{number}", "a") as out:
        out.write("x")
    time.sleep(0.01)
    with open(f"ended/{number}", "a") as out:
        out.write("x")

def fail():
    raise ValueError("on purpose")
"""


class PythonWorker(unittest.TestCase):
    def setUp(self):
        self.cluster = Cluster(BIN, SOURCE)
        self.addCleanup(self.cluster.end)
        self.cluster.start_coordinator()
        self.client = Client(self.cluster.control_address)
        self.addCleanup(self.client.close)
        self.folder = self.cluster.folder
        (self.folder / "work.py").write_text(WORK)

    def write_plan(self, *tickets, **fields):
        path = self.folder / "plan.yaml"
        path.write_text(json.dumps({"version": 1, **fields, "tickets": tickets}))
        return str(path)

    def sql(self, statement, *values):
        with sqlite3.connect(f"file:{self.cluster.registry}?mode=ro", uri=True) as registry:
            return registry.execute(statement, values).fetchall()

    def ended(self, run):
        try:
            return self.client.wait(run, RUN_SECONDS)
        except TimeoutError:
            self.fail(self.cluster.logs())

    def test_both_workers_share_a_plan_of_commands_and_functions(self):
        self.cluster.start_worker("native", 2, python=False)
        self.cluster.start_worker("python", 2, python=True)
        plan = self.write_plan(
            {"id": "first", "run": "echo begin > begin"},
            {"id": "square", "call": "work:square", "args": [12], "needs": ["first"]},
            {"id": "named", "call": "work:note", "args": {"text": "né", "file": "named"}, "needs": ["first"]},
            {"id": "fails", "call": "work:fail", "allow_failure": True},
            {"id": "none", "call": "work:nothing_of_that_name", "allow_failure": True},
            *({"id": f"command-{i}", "run": f"echo {i}", "needs": ["first"]} for i in range(8)),
            {"id": "on-python", "run": "test $HEADWAY_ID = on-python; echo out > out.txt", "artifacts": ["out.txt"],
             "agent": {"labels": ["python"]}},  # fmt: skip
        )
        submitted = self.client.submit(plan)
        run = submitted["run"]
        self.assertEqual(self.ended(run)["state"], "succeeded", self.cluster.logs())
        status = self.client.status(run)
        tickets = {ticket["id"]: ticket for ticket in status["tickets"]}
        self.assertEqual(len(tickets), 14)
        for name in ("square", "named", "fails", "none", "on-python"):
            self.assertTrue(tickets[name]["agent"].startswith("python"), tickets[name])
        self.assertEqual(tickets["fails"]["outcome"], "exit")
        self.assertEqual(tickets["none"]["outcome"], "could not start")
        self.assertIn("on purpose", tickets["fails"]["detail"])
        self.assertEqual((self.folder / "named").read_text(), "né\n")
        logs = {name: self.client.request("logs", run=run, ticket=name)["bytes"] for name in ("square", "fails")}
        self.assertEqual(logs["square"], b"144\n")
        self.assertIn(b"ValueError: on purpose", logs["fails"])
        events = list(self.client.events(run, submitted["sequence"] - 1))
        self.assertEqual(events[0]["kind"], "run submitted")
        self.assertEqual(events[-1]["kind"], "run ended")
        self.assertEqual(sorted(event["sequence"] for event in events), [event["sequence"] for event in events])

    def test_a_function_waits_for_a_worker_that_can_call_it_and_everybody_says_so(self):
        self.cluster.start_worker("native", 1, python=False)
        plan = self.write_plan({"id": "square", "call": "work:square", "args": [3]})
        while not self.client.request("agents").get("agents"):
            time.sleep(0.05)  # until it has joined
        code, said = self.cluster.command("run", plan, "--validate")
        self.assertEqual(code, 3, said)
        self.assertIn("no agent can run `square`: it needs the labels call", said)
        run = self.client.submit(plan)["run"]
        for words in (("explain", "square"), ("diagnose",)):
            self.assertIn("label call", self.cluster.command(*words)[1])
        self.assertIn("examples/python-worker/worker --connect", self.cluster.command("diagnose")[1])
        self.cluster.start_worker("python", 1, python=True)
        self.assertEqual(self.ended(run)["state"], "succeeded", self.cluster.logs())

    def test_the_ledger_is_right_after_the_worker_was_killed_again_and_again(self):
        for name in ("begun", "ended"):
            (self.folder / name).mkdir()
        tickets = [{"id": f"t{i}", "call": "work:once", "args": [i]} for i in range(MANY)]
        for i in range(0, MANY, 3):
            tickets[i] = {"id": f"t{i}", "run": f"printf x >> begun/{i}; sleep 0.01; printf x >> ended/{i}"}
        self.cluster.start_worker("python", 2, python=True)
        run = self.client.submit(self.write_plan(*tickets))["run"]
        for kill in range(1, KILLS + 1):
            while len(list((self.folder / "ended").iterdir())) < kill * MANY // (KILLS + 1):
                time.sleep(0.01)
            self.cluster.kill("python")
            self.cluster.start_worker("python", 2, python=True)
        self.assertEqual(self.ended(run)["state"], "succeeded", self.cluster.logs())
        states = self.sql("SELECT state, count(*) FROM ticket WHERE run = ? GROUP BY state", run)
        self.assertEqual(states, [("succeeded", MANY)])
        successes = self.sql("SELECT id, count(*) FROM attempt WHERE run = ? AND outcome = 'succeeded' GROUP BY id", run)
        self.assertEqual({count for _, count in successes}, {1}, "each succeeded once")
        attempts = dict(self.sql("SELECT id, count(*) FROM attempt WHERE run = ? GROUP BY id", run))
        outcomes = dict(self.sql("SELECT outcome, count(*) FROM attempt WHERE run = ? GROUP BY outcome", run))
        self.assertEqual(set(outcomes) - {"succeeded", "worker lost", "taken back"}, set(), outcomes)
        self.assertGreater(sum(attempts.values()), MANY, "a kill hit something")
        for i in range(MANY):
            begun, ended = ((self.folder / name / str(i)).read_text() for name in ("begun", "ended"))
            self.assertGreaterEqual(len(ended), 1)
            self.assertLessEqual(len(begun), attempts[f"t{i}"], f"t{i} ran more often than it was handed out")

    def test_the_example_runs_as_its_readme_says(self):
        self.cluster.start_worker("python", 2, python=True)
        run = self.client.submit(str(EXAMPLE / "squares.yaml"))["run"]
        self.assertEqual(self.ended(run)["state"], "succeeded", self.cluster.logs())
        said = {name: self.client.request("logs", run=run, ticket=name)["bytes"] for name in ("three", "four", "sum")}
        self.assertEqual(said, {"three": b"9\n", "four": b"16\n", "sum": b"+ 9\n+ 16\n+ half\n25.5\n"})

    def test_a_supervisor_that_dies_takes_its_ticket_with_it_and_is_replaced(self):
        line = "[ ! -e begun ] || exit 0; echo > begun; setsid sh -c 'echo $$ > stray; exec sleep 1000' & sleep 1000"
        self.cluster.start_worker("python", 1, python=True)
        run = self.client.submit(self.write_plan({"id": "a", "run": line}))["run"]
        stray = self.folder / "stray"
        while not (stray.exists() and stray.read_text()):
            time.sleep(0.02)
        os.kill(self.supervisor_of("python"), signal.SIGKILL)
        self.assertEqual(self.ended(run)["state"], "succeeded", self.cluster.logs())
        self.assertEqual(self.sql("SELECT outcome FROM attempt ORDER BY token"), [("worker lost",), ("succeeded",)])
        self.assertIn(state_of(int(stray.read_text())), ("gone", "Z"), "whoever adopted it may not have reaped it yet")

    def supervisor_of(self, worker):
        process = self.cluster.running[worker].pid
        children = pathlib.Path(f"/proc/{process}/task/{process}/children").read_text().split()
        return int(children[0])

    def test_the_client_survives_the_coordinators_death(self):
        self.cluster.start_worker("python", 1, python=True)
        plan = self.write_plan({"id": "slow", "run": "while [ ! -e go ]; do sleep 0.05; done"})
        run = self.client.submit(plan)["run"]
        self.cluster.kill("coordinator")
        self.cluster.start_coordinator()
        self.assertEqual(self.client.status(run)["run"]["state"], "running")
        (self.folder / "go").touch()
        self.assertEqual(self.ended(run)["state"], "succeeded", self.cluster.logs())
        self.assertEqual(self.sql("SELECT count(*) FROM attempt"), [(1,)], "it went on where it was")

    def test_the_client_is_a_command_too(self):
        self.cluster.start_worker("python", 1, python=True)
        good = self.write_plan({"id": "a", "call": "work:square", "args": [2]})
        self.assertEqual(self.run_client("submit", good), (0, "r1\n"))
        code, said = self.run_client("wait", "r1")
        self.assertEqual((code, json.loads(said)["state"]), (0, "succeeded"))
        self.assertEqual(json.loads(self.run_client("status", "r1")[1])["tickets"][0]["id"], "a")
        kinds = [json.loads(line)["kind"] for line in self.run_client("events", "r1")[1].splitlines()]
        self.assertEqual(kinds[-1], "run ended")
        bad = self.write_plan({"id": "b", "run": "false"})
        self.assertEqual(self.run_client("submit", bad)[0], 0)
        self.assertEqual(self.run_client("wait", "r2")[0], 7)
        wrong = self.write_plan({"id": "c"})
        self.assertEqual(self.run_client("submit", wrong)[0], 3)
        with self.assertRaises(Refused) as refusal:
            self.client.status(99)
        self.assertEqual(refusal.exception.kind, "not found")

    def run_client(self, *words):
        done = subprocess.run([EXAMPLE / "client", "--connect", self.cluster.control_address, *words],
                              stdout=subprocess.PIPE, text=True, timeout=RUN_SECONDS)  # fmt: skip
        return done.returncode, done.stdout


def state_of(process):
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "gone"


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)

"""What happens to clusters, done to one of docker/compose.yaml; tests/cluster/run starts this.

One cluster goes through all tests in the order of their numbers; each waits until its run has ended. What is right in the
end is read from the registry by SQL, and from what the tickets themselves wrote.
"""

import subprocess
import sys
import time
import unittest

from cluster import COMPOSE_FILE, IMAGE, Cluster, run, wait_until
from documented import IN_CONTAINERS, Documentation

# Times are printed, to be compared with what is asked for on a machine at rest: the first ticket within 15 s, a lost ticket
# elsewhere within the lease and 2 s. These bounds are wider, so that a busy machine alone fails no test.
LEASE_SECONDS = 15
MARGIN_SECONDS = 15
FIRST_TICKET_SECONDS = 120
IMAGE_BYTES = 120e6
IDLE_WORKER_BYTES = 20e6


def figure(words):
    """A figure that was measured, for whoever reads along."""
    print(f"measured: {words}", file=sys.stderr, flush=True)


class ClusterTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = Cluster()
        cls.addClassCleanup(cls.cluster.down)
        cls.cluster.plan("first")
        cls.cluster.write("go", "")
        cls.cluster.own()
        begin = time.monotonic()
        cls.cluster.up(workers=2)
        cls.cluster.cli("run", "plan.yaml", "--detach")
        wait_until(lambda: ("first", "begins", "1") in cls.cluster.ledger(), 120, "the first ticket begins")
        cls.first_ticket_seconds = time.monotonic() - begin

    def ends(self):
        """The run succeeds, and each of its tickets has done its work to the end once."""
        wait_until(lambda: self.cluster.state() == "succeeded", 60, "the run has succeeded")
        ended = sorted(ticket for ticket, word, _ in self.cluster.ledger() if word == "ends")
        self.assertEqual(ended, sorted(ticket["id"] for ticket in self.cluster.status()["tickets"]))

    def begun_once(self, tickets):
        """None of them was begun anew. (One that was handed out, and taken back unbegun, has another attempt all the same.)"""
        begun = sorted(ticket for ticket, word, _ in self.cluster.ledger() if word == "begins")
        self.assertEqual(begun, sorted(tickets))

    def let_go(self, ticket=None):
        self.cluster.write(f"go-{ticket}" if ticket else "go", "")

    def test_01_comes_up_quickly_and_small(self):
        self.ends()
        figure(f"from `compose up` to the first ticket {self.first_ticket_seconds:.1f} s")
        self.assertLess(self.first_ticket_seconds, FIRST_TICKET_SECONDS)
        size = self.cluster.inspect(IMAGE)["Size"]
        figure(f"image {size / 1e6:.1f} MB")
        self.assertLess(size, IMAGE_BYTES)

    def test_02_runs_as_a_user_under_an_init(self):
        for container in [self.cluster.coordinator(), *self.cluster.containers("worker")]:
            self.assertEqual(self.cluster.within(container, "id", "-u").strip(), "1000")
            self.assertIn("tini", self.cluster.within(container, "cat", "/proc/1/comm"))
            wait_until(lambda one=container: self.cluster.health(one) == "healthy", 40, "it is healthy")

    def test_03_keeps_an_idle_worker_small(self):
        wait_until(lambda: len(self.cluster.agents("idle")) == 2, 20, "both workers are idle")
        worker = self.cluster.containers("worker")[0]
        # Its process and a supervisor are one program, whose pages they share: in the sum (Pss) each page counts once.
        script = "for p in /proc/[0-9]*; do grep -q ^headway $p/comm && cat $p/smaps_rollup; done"
        lines = [line.split() for line in self.cluster.within(worker, "sh", "-c", script).splitlines()]
        resident, shares = ([1024 * int(line[1]) for line in lines if line[0] == name] for name in ("Rss:", "Pss:"))
        figure(f"an idle worker and its supervisor, resident: {resident[0] / 1e6:.1f} and {resident[1] / 1e6:.1f} MB, "
               f"together {sum(shares) / 1e6:.1f} MB")
        self.assertEqual(len(resident), 2)
        self.assertLess(max(*resident, sum(shares)), IDLE_WORKER_BYTES)

    def test_04_answers_the_command_in_a_container(self):
        self.assertIn("succeeded", self.cluster.cli("status"))
        self.assertEqual(self.cluster.cli("status", "r99", check=False).returncode, 1)

    def test_04_lets_nobody_in_without_the_right_key(self):
        worker = self.cluster.containers("worker")[0]
        ask = ["headway", "status", "--connect", "coordinator:7421"]
        none = run(["docker", "exec", worker, *ask], check=False)
        self.assertNotEqual(none.returncode, 0, none.stdout)
        its_own = run(["docker", "exec", worker, *ask, "--key", "/var/lib/headway/key"], check=False)
        self.assertEqual(its_own.returncode, 4, its_own.stdout + its_own.stderr)
        self.assertEqual(self.cluster.within(worker, "ls", "/run/headway/operator"), "", "a worker has the operator's key")

    def test_05_loses_a_worker_and_not_its_ticket(self):
        self.cluster.submit("A")
        killed = self.cluster.running("A")
        run(["docker", "kill", killed])
        begin = time.monotonic()
        wait_until(lambda: ("A", "begins", "2") in self.cluster.ledger(), 60, "A begins elsewhere")
        took = time.monotonic() - begin
        figure(f"a killed worker's ticket was elsewhere after {took:.1f} s")
        self.assertLess(took, LEASE_SECONDS + MARGIN_SECONDS)
        self.assertNotEqual(self.cluster.running("A"), killed)
        self.let_go()
        self.ends()
        run(["docker", "start", killed])
        wait_until(lambda: len(self.cluster.agents("idle")) == 2, 40, "it has joined again")

    def test_06_is_cut_and_heals(self):
        self.cluster.submit("A")
        cut = self.cluster.running("A")
        network = self.cluster.network()
        run(["docker", "network", "disconnect", network, cut])
        wait_until(lambda: ("A", "begins", "2") in self.cluster.ledger(), 60, "A begins elsewhere")
        self.assertNotIn("ticket", self.cluster.within(cut, "sh", "-c", "cat /proc/[0-9]*/comm"),
                         "the worker that was cut off runs what another one has now")
        wait_until(lambda: self.cluster.health(cut) == "unhealthy", 60, "it is seen to be unwell")
        run(["docker", "network", "connect", network, cut])
        wait_until(lambda: len(self.cluster.agents()) == 2, 60, "it has joined again")
        wait_until(lambda: self.cluster.health(cut) == "healthy", 60, "it is well again")
        self.let_go()
        self.ends()

    def test_07_goes_on_under_a_coordinator_that_was_started_again(self):
        self.cluster.submit("A", "B", "{id: C, run: ./ticket, needs: [A, B]}")
        self.cluster.running("A")
        self.cluster.running("B")
        run(["docker", "restart", "--time", "10", self.cluster.coordinator()])
        self.let_go("A")
        wait_until(lambda: self.cluster.ticket("A")["state"] == "succeeded", 60, "A's result arrives")
        run(["docker", "kill", self.cluster.coordinator()])
        self.let_go()
        run(["docker", "start", self.cluster.containers("coordinator", alive=False)[0]])
        self.ends()
        self.begun_once("ABC")

    def test_08_grows_and_shrinks(self):
        self.cluster.up(workers=4)
        wait_until(lambda: len(self.cluster.agents("idle")) == 4, 40, "four workers")
        self.cluster.submit("A", "B", "C", "D", "E")
        wait_until(lambda: len(self.cluster.agents("running")) == 4, 40, "four tickets run")
        shrinking = self.cluster.start_up(workers=1)
        wait_until(lambda: len(self.cluster.agents("draining")) == 3, 20, "three workers drain")
        self.let_go()
        self.assertEqual(shrinking.wait(timeout=60), 0)
        self.ends()
        self.assertEqual(len(self.cluster.containers("worker")), 1)
        self.begun_once("ABCDE")
        wait_until(lambda: len(self.cluster.agents()) == 1, 40, "the others have left")
        self.cluster.up(workers=2)
        wait_until(lambda: len(self.cluster.agents("idle")) == 2, 40, "two workers")

    def test_09_drains_within_the_grace(self):
        self.cluster.submit("A", "B")
        draining = self.cluster.running("A")
        # With the grace that compose gave it.
        stop = subprocess.Popen(["docker", "stop", draining], stdout=subprocess.DEVNULL)
        wait_until(lambda: len(self.cluster.agents("draining")) == 1, 20, "it drains")
        self.let_go("A")
        self.assertEqual(stop.wait(timeout=20), 0)
        self.assertEqual(self.cluster.inspect(draining)["State"]["ExitCode"], 0, "it left by itself")
        self.let_go()
        self.ends()
        self.begun_once("AB")
        run(["docker", "start", draining])
        wait_until(lambda: len(self.cluster.agents("idle")) == 2, 40, "it has joined again")

    def test_10_pauses_and_resumes(self):
        self.cluster.submit("A", "{id: B, run: ./ticket, needs: [A]}")
        self.cluster.running("A")
        self.cluster.cli("pause")
        self.let_go()
        wait_until(lambda: self.cluster.ticket("A")["state"] == "succeeded", 30, "what runs goes on to its end")
        self.assertEqual(self.cluster.state(), "paused")
        self.assertNotIn(("B", "begins", "1"), self.cluster.ledger())
        self.cluster.cli("resume")
        self.ends()

    def test_11_stops_by_force_and_resumes(self):
        self.cluster.submit("A", "B", "C")
        busy = self.cluster.running("A")
        self.cluster.running("B")
        self.cluster.cli("stop", "--force", "--preserve-state")
        self.assertEqual(self.cluster.state(), "stopped")
        self.assertNotIn("ticket", self.cluster.within(busy, "sh", "-c", "cat /proc/[0-9]*/comm"))
        self.let_go()
        self.cluster.cli("resume")
        self.ends()

    def test_12_is_backed_up_while_it_works(self):
        self.cluster.within(self.cluster.coordinator(), "headway", "registry", "backup", "/var/lib/headway/copy.db")
        self.cluster.within(self.cluster.coordinator(), "headway", "registry", "verify", "/var/lib/headway/copy.db")

    def test_13_does_what_the_documentation_says(self):
        documentation = Documentation(COMPOSE_FILE.parents[1])
        self.addCleanup(documentation.end)
        printed = {heading: documentation.type(heading) for heading in IN_CONTAINERS}
        self.assertIn("succeeded", printed["A cluster by compose"])
        self.assertTrue((documentation.home / "registry.db").exists(), printed)

    def test_14_leaves_a_ledger_that_is_right(self):
        self.cluster.compose("stop")
        for container in self.cluster.containers("worker", alive=False):
            self.assertEqual(self.cluster.inspect(container)["State"]["ExitCode"], 0, "a worker was killed")
        registry = self.cluster.registry()
        every = registry.execute("SELECT count(*) FROM ticket").fetchone()[0]
        self.assertEqual(every, 1 + 1 + 1 + 3 + 5 + 2 + 2 + 3)
        rows = registry.execute("SELECT run, id, state FROM ticket WHERE state <> 'succeeded'").fetchall()
        self.assertEqual(rows, [], "tickets that did not succeed")
        rows = registry.execute("SELECT run, id, count(*) FROM attempt WHERE outcome = 'succeeded' "
                                "GROUP BY run, id HAVING count(*) <> 1").fetchall()
        self.assertEqual(rows, [], "tickets that did not succeed exactly once")
        rows = registry.execute("SELECT one.id FROM attempt AS one JOIN attempt AS two ON one.run = two.run "
                                "AND one.id = two.id AND one.token < two.token "
                                "WHERE one.ended_at IS NULL OR one.ended_at > two.assigned_at").fetchall()
        self.assertEqual(rows, [], "attempts of one ticket that were alive together")
        rows = registry.execute("SELECT state FROM run WHERE state <> 'succeeded'").fetchall()
        self.assertEqual(rows, [], "runs that did not succeed")


if __name__ == "__main__":
    unittest.main(verbosity=2)

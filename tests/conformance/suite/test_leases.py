"""Leases: what runs is dead when they have run out, whatever the worker is doing; and what renews them and what does not."""

import signal
import time

from .case import Case

LEASE_SECONDS = 2.0
MARGIN_SECONDS = 2.0  # for a kill on a busy machine


class Leases(Case):
    def join(self):
        self.coordinator.join(lease=LEASE_SECONDS)

    def lose_lease(self):
        """From now on nothing is renewed; when the lease ends at the latest."""
        self.coordinator.acknowledges = False
        return time.monotonic() + LEASE_SECONDS

    def test_a_lease_that_runs_out_kills_everything_and_the_result_says_so(self):
        self.join()
        self.start_staying(1)
        self.run_shell(2, "echo > ran")
        ends = self.lose_lease()
        self.worker.wait_until_dead(1, ends + MARGIN_SECONDS - time.monotonic())
        # What was queued is dropped: hellos that name it were said before the lease ended.
        self.coordinator.expect("hello", that=lambda hello: [each["token"] for each in hello["inventory"]] == [1])
        self.coordinator.acknowledges = True
        self.coordinator.welcome(verdicts=[{"token": 1, "verdict": "kill"}])
        self.assertEqual(self.coordinator.finish(1)["outcome"], "worker lost")
        self.assert_works(3)
        self.assertFalse((self.worker.root / "ran").exists())

    def test_a_lease_holds_as_long_as_heartbeats_are_acknowledged(self):
        self.join()
        self.start_staying(1)
        self.coordinator.expect_none(2 * LEASE_SECONDS, "result", "hello")
        self.assert_alive(1)

    def test_a_worker_that_hangs_cannot_keep_its_attempts_alive(self):
        self.join()
        self.start_staying(1)
        ends = self.lose_lease()
        self.worker.signal(signal.SIGSTOP)
        self.worker.wait_until_dead(1, ends + MARGIN_SECONDS - time.monotonic())
        self.worker.signal(signal.SIGCONT)
        self.coordinator.acknowledges = True
        self.coordinator.join("kill")
        self.assertEqual(self.coordinator.finish(1)["outcome"], "worker lost")
        self.assert_works(2)

    def test_acknowledgements_of_nothing_and_of_the_past_renew_nothing(self):
        self.join()
        self.start_staying(1)
        old = self.coordinator.expect("heartbeat")["number"]
        self.coordinator.expect("heartbeat")
        ends = self.lose_lease()
        while time.monotonic() < ends + MARGIN_SECONDS and self.worker.processes_of(1):
            for number in (0, 1, old, old + 1000, 2**64 - 1):
                self.coordinator.send("heartbeat_ack", number=number)
            self.coordinator.listen(0.1)
        self.assert_dead(1)

    def test_finish_on_disconnect_outlives_the_lease_and_its_result_is_kept(self):
        self.join()
        self.run_shell(1, "while [ ! -e go ]; do sleep 0.02; done", finish_on_disconnect=True)
        self.coordinator.expect("started", 1)
        self.lose_lease()
        self.coordinator.expect("hello")
        self.coordinator.listen(LEASE_SECONDS + 1)
        (self.worker.root / "go").touch()
        self.coordinator.forget_what_came()
        self.coordinator.acknowledges = True
        hello = self.coordinator.join("continue")
        self.assertEqual([entry["token"] for entry in hello["inventory"]], [1])
        self.assertEqual(self.coordinator.finish(1)["outcome"], "succeeded")

    def test_silence_makes_it_connect_anew(self):
        hello = self.coordinator.join()  # a long lease
        self.start_staying(1)
        self.coordinator.acknowledges = False
        again = self.coordinator.expect("hello")
        self.assertNotEqual(hello["peer"], again["peer"])
        self.coordinator.acknowledges = True
        self.coordinator.welcome(verdicts=[{"token": 1, "verdict": "continue"}])
        self.assertEqual(self.coordinator.held(), {1: "running"})
        self.assert_alive(1)

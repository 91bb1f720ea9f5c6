"""Stopping, and what a `result` or `stopped` proves: that nothing of the attempt is alive."""

from .case import Case


class Stopping(Case):
    def setUp(self):
        super().setUp()
        self.coordinator.join()

    def test_a_stopped_attempt_is_dead_with_its_grandchildren_when_its_result_comes(self):
        self.start_staying(1)
        self.coordinator.send("stop", token=1, grace_us=10_000_000, outcome="cancelled")
        result = self.coordinator.expect("result", 1)
        self.assert_dead(1)
        self.assertEqual(result["outcome"], "cancelled")

    def test_the_result_says_the_outcome_that_the_stop_asked_for(self):
        self.start_staying(1)
        self.coordinator.send("stop", token=1, grace_us=0, outcome="taken back")
        self.assertEqual(self.coordinator.finish(1)["outcome"], "taken back")

    def test_it_is_asked_to_end_before_it_is_killed(self):
        self.run_shell(1, "trap 'echo asked > asked; exit 0' TERM; echo > ready; while :; do sleep 0.02; done")
        self.worker.wait_for_file("ready")
        self.coordinator.send("stop", token=1, grace_us=15_000_000)
        self.assertEqual(self.coordinator.finish(1)["outcome"], "cancelled")
        self.assertEqual(self.worker.wait_for_file("asked"), "asked\n")

    def test_who_does_not_listen_is_killed_after_the_grace(self):
        self.run_shell(1, "trap '' TERM; echo > ready; while :; do sleep 0.02; done")
        self.worker.wait_for_file("ready")
        self.coordinator.send("stop", token=1, grace_us=300_000)
        self.coordinator.expect("result", 1)
        self.assert_dead(1)

    def test_a_repeated_stop_is_news_only_with_a_shorter_grace(self):
        self.run_shell(1, "trap '' TERM; echo > ready; while :; do sleep 0.02; done")
        self.worker.wait_for_file("ready")
        for grace in (1_000_000_000, 2_000_000_000):
            self.coordinator.send("stop", token=1, grace_us=grace)
        self.coordinator.expect_none(0.5, "result", "stopped")
        self.coordinator.send("stop", token=1, grace_us=0)
        self.coordinator.expect("result", 1)
        self.assert_dead(1)

    def test_what_a_command_leaves_behind_is_dead_when_its_result_comes(self):
        self.run_shell(1, "setsid sh -c 'echo > grandchild; exec sleep 1000' & while [ ! -s grandchild ]; do sleep 0.02; done")
        result = self.coordinator.expect("result", 1)
        self.assert_dead(1)
        self.assertTrue((self.worker.root / "grandchild").exists())
        self.assertEqual(result["outcome"], "succeeded")

    def test_a_queued_attempt_is_handed_back_and_never_started(self):
        self.start_staying(1)
        self.run_shell(2, "echo > ran")
        self.coordinator.send("stop", token=2, recall=True)
        self.coordinator.expect("reject", 2)
        self.coordinator.send("stop", token=2)
        self.coordinator.expect("reject", 2)
        self.coordinator.shell(2, "echo > ran", root=self.root)
        self.coordinator.expect("reject", 2)
        self.coordinator.send("stop", token=1)
        self.coordinator.finish(1)
        self.assert_works(3)
        self.assertFalse((self.worker.root / "ran").exists())

    def test_a_recall_leaves_what_runs_alone(self):
        self.start_staying(1)
        self.coordinator.send("stop", token=1, recall=True)
        self.coordinator.expect_none(0.7, "result", "stopped", "reject")
        self.assertEqual(self.coordinator.held(), {1: "running"})
        self.coordinator.send("stop", token=1)
        self.coordinator.expect("result", 1)
        self.assert_dead(1)

    def test_an_unknown_token_is_stopped_and_stays_so(self):
        for recall in (False, True):
            token = 5 + recall
            self.coordinator.send("stop", token=token, recall=recall)
            self.coordinator.expect("stopped", token)
            self.coordinator.shell(token, "echo > ran", root=self.root)
            self.coordinator.expect("stopped", token)
        self.assert_works(9)
        self.assertFalse((self.worker.root / "ran").exists())

    def test_a_stop_of_what_has_ended_gets_its_result_then_stopped(self):
        self.run_shell(1, "exit 4")
        self.coordinator.expect("result", 1)
        self.coordinator.send("stop", token=1)
        self.assertEqual(self.coordinator.expect("result", 1)["exit_code"], 4)
        self.coordinator.send("result_ack", token=1)
        self.coordinator.next_heartbeat()
        self.coordinator.send("stop", token=1)
        self.coordinator.expect("stopped", 1)

    def test_what_is_revoked_is_killed_and_reported(self):
        self.start_staying(1)
        self.run_shell(2, "true")
        self.coordinator.acknowledges = False
        number = self.coordinator.expect("heartbeat", that=lambda beat: len(beat["held"]) == 2)["number"]
        self.coordinator.send("heartbeat_ack", number=number, revoked=[1, 2, 12345])
        self.coordinator.acknowledges = True
        self.coordinator.expect("reject", 2)
        self.assertEqual(self.coordinator.expect("result", 1)["outcome"], "worker lost")
        self.assert_dead(1)

"""The coordinator's death and a new epoch, verdicts on what is held, other registries; and the worker's own death."""

import signal

from .case import Case

WAITS = "while [ ! -e go ]; do sleep 0.02; done"


class Rejoining(Case):
    def setUp(self):
        super().setUp()
        self.coordinator.join()

    def inventory(self, hello):
        return {entry["token"]: entry["state"] for entry in hello["inventory"]}

    def rejoin(self, verdict, **changes):
        """The coordinator dies and is there again; what the hello holds."""
        self.restart_coordinator(**changes)
        return self.inventory(self.coordinator.join(verdict))

    def test_what_runs_goes_on_under_a_new_epoch_and_its_end_is_told_there(self):
        self.run_shell(1, f"echo x >> runs; {WAITS}; exit 6")
        self.run_shell(2, "true")
        self.coordinator.expect("started", 1)
        self.restart_coordinator()
        hello = self.coordinator.join("continue")
        self.assertEqual(self.inventory(hello), {1: "running", 2: "queued"})
        self.assertEqual(hello["registry"], "registry-1")
        self.coordinator.shell(1, "true", root=self.root)
        self.coordinator.expect("accept", 1)
        (self.worker.root / "go").touch()
        self.assertEqual(self.coordinator.finish(1)["exit_code"], 6)
        self.coordinator.finish(2)
        self.assertEqual((self.worker.root / "runs").read_text(), "x\n")

    def test_an_end_while_there_is_no_coordinator_is_kept_and_told(self):
        self.run_shell(1, f"{WAITS}; echo said; exit 6")
        self.coordinator.expect("started", 1)
        self.coordinator.die()
        (self.worker.root / "go").touch()
        self.restart_coordinator()
        hello = self.coordinator.join("resend")
        self.assertIn(self.inventory(hello)[1], ("running", "ended"))
        self.assertEqual(self.coordinator.finish(1)["exit_code"], 6)
        self.coordinator.wait_for_output(1, 5)

    def test_continue_and_resend_and_kill_bring_the_result_of_what_has_ended_again(self):
        for token, verdict in enumerate(("continue", "resend", "kill"), start=1):
            with self.subTest(verdict=verdict):
                self.run_shell(token, f"exit {token}")
                self.coordinator.expect("result", token)
                self.assertEqual(self.rejoin(verdict), {token: "ended"})
                self.assertEqual(self.coordinator.finish(token)["exit_code"], token)

    def test_forget_drops_what_has_ended(self):
        self.run_shell(1, "exit 1")
        self.coordinator.expect("result", 1)
        self.rejoin("forget")
        self.assertEqual(self.coordinator.held(), {})
        self.coordinator.forget_what_came()
        self.coordinator.expect_none(4.5, "result")
        self.coordinator.shell(1, "exit 1", root=self.root)
        self.coordinator.expect("stopped", 1)

    def test_kill_ends_what_runs_and_hands_back_what_waits(self):
        self.start_staying(1)
        self.run_shell(2, "echo > ran")
        self.assertEqual(self.rejoin("kill"), {1: "running", 2: "queued"})
        self.coordinator.expect("reject", 2)
        self.assertEqual(self.coordinator.finish(1)["outcome"], "worker lost")
        self.assert_dead(1)
        self.assert_works(3)
        self.assertFalse((self.worker.root / "ran").exists())

    def test_forget_ends_what_runs_and_drops_what_waits(self):
        self.start_staying(1)
        self.run_shell(2, "echo > ran")
        self.rejoin("forget")
        self.worker.wait_until_dead(1)
        self.assertNotIn(2, self.coordinator.held())
        self.coordinator.send("result_ack", token=1, verdict="stale")
        self.assert_works(3)
        self.assertFalse((self.worker.root / "ran").exists())

    def test_verdicts_on_what_it_does_not_hold_are_answered_as_ever(self):
        self.coordinator.send("stop", token=5)
        self.coordinator.expect("stopped", 5)
        self.restart_coordinator()
        self.coordinator.expect("hello")
        self.coordinator.welcome(verdicts=[{"token": 5, "verdict": "kill"}, {"token": 6, "verdict": "forget"}])
        self.coordinator.expect("stopped", 5)
        self.assert_works(7)

    def test_of_another_registry_everything_is_killed_and_nothing_told(self):
        self.start_staying(1)
        self.run_shell(2, "echo > ran")
        self.restart_coordinator(registry="registry-2")
        self.coordinator.expect("hello")
        self.coordinator.welcome()
        self.worker.wait_until_dead(1)
        self.assertEqual(self.coordinator.held(), {})
        self.assertFalse([each for each in self.coordinator.seen if each["type"] in ("result", "reject", "stopped")])
        self.run_shell(1, "true")  # of this registry it is a token like any other
        self.coordinator.finish(1)
        self.assertFalse((self.worker.root / "ran").exists())

    def test_output_goes_on_where_the_new_session_acknowledges_it(self):
        self.coordinator.acknowledges_output = False
        self.run_shell(1, f"printf begin; {WAITS}; printf end")
        self.coordinator.wait_for_output(1, 5)
        self.rejoin("continue")
        self.coordinator.wait_for_output(1, 5)
        (self.worker.root / "go").touch()
        self.coordinator.finish(1)
        self.coordinator.wait_for_output(1, 8)
        self.assertEqual(self.coordinator.text(1), b"beginend")

    def test_after_its_own_death_nothing_is_alive_that_it_says_is_dead(self):
        self.start_staying(1)
        incarnation = self.coordinator.seen[0]["incarnation"]
        self.worker.signal(signal.SIGKILL)
        self.worker.process.wait()
        self.worker.wait_until_dead(1)  # it promises as much for its own death alone
        self.worker.start()
        hello = self.coordinator.expect("hello", that=lambda message: message["incarnation"] != incarnation)
        held = self.inventory(hello)
        self.assertIn(held.get(1), ("dead", None))
        if held or incarnation in hello.get("formers", []):
            self.assert_dead(1)
        self.coordinator.welcome(verdicts=[{"token": token, "verdict": "resend"} for token in held])
        if held:
            self.coordinator.expect("stopped", 1)
        self.coordinator.shell(2, "true", root=self.root)
        self.coordinator.finish(2)
        self.assertEqual(self.coordinator.held(), {})

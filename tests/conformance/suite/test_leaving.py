"""Draining, by a signal or by the coordinator's word, and the end."""

import signal

from .case import Case

WAITS = "while [ ! -e go ]; do sleep 0.02; done"


class Leaving(Case):
    def setUp(self):
        super().setUp()
        self.hello = self.coordinator.join()

    def check_drains(self, drain):
        self.run_shell(1, f"{WAITS}; exit 2")
        self.run_shell(2, "echo > ran")
        self.coordinator.expect("started", 1)
        drain()
        self.coordinator.expect("reject", 2)
        self.coordinator.expect("drain")
        self.coordinator.expect("drain")  # one may be lost
        self.coordinator.shell(3, "echo > ran", root=self.root)
        self.coordinator.expect("reject", 3)
        self.assertEqual(self.coordinator.held(), {1: "running"})
        (self.worker.root / "go").touch()
        result = self.coordinator.expect("result", 1)
        self.assertEqual(result["exit_code"], 2)
        self.assertIsNone(self.worker.process.poll(), "it waits for the acknowledgement")
        self.coordinator.send("result_ack", token=1)
        self.coordinator.expect("goodbye")
        self.assertFalse((self.worker.root / "ran").exists())

    def test_a_signal_drains_it(self):
        self.check_drains(lambda: self.worker.signal(signal.SIGTERM))
        self.assertEqual(self.worker.exit_code(), 0)

    def test_the_coordinators_word_drains_it(self):
        self.check_drains(lambda: self.coordinator.send("drain"))
        self.assertEqual(self.worker.exit_code(), 0)

    def test_asked_to_restart_it_comes_again_as_a_new_process(self):
        self.check_drains(lambda: self.coordinator.send("drain", restart=True))
        hello = self.coordinator.join()
        self.assertNotEqual(hello["incarnation"], self.hello["incarnation"])
        self.assert_works(9)

    def test_idle_it_leaves_at_once(self):
        self.coordinator.send("drain")
        self.coordinator.expect("goodbye")
        self.assertEqual(self.worker.exit_code(), 0)

    def test_told_twice_by_a_signal_it_ends_what_runs(self):
        self.start_staying(1)
        self.worker.signal(signal.SIGTERM)
        self.coordinator.expect("drain")
        self.worker.signal(signal.SIGTERM)
        self.coordinator.expect("result", 1)
        self.assert_dead(1)
        self.coordinator.send("result_ack", token=1)
        self.worker.exit_code()

"""Being handed attempts, running them, telling how they ended; and that every message may come twice, or late."""

import hashlib

from .case import Case
from .processes import SECRET


class Attempts(Case):
    def setUp(self):
        super().setUp()
        self.hello = self.coordinator.join()

    def test_an_attempt_is_accepted_started_and_reported(self):
        self.run_shell(7, "echo out; echo err >&2")
        started = self.coordinator.expect("started", 7)
        self.assertEqual(started["slot"], 1)
        self.assertGreater(started["process"], 0)
        result = self.coordinator.finish(7)
        self.assertEqual(result.get("outcome", "succeeded"), "succeeded")
        self.assertEqual(result["output_size"], 8)
        self.coordinator.wait_for_output(7, 8)
        self.assertEqual(sorted(self.coordinator.text(7).split()), [b"err", b"out"])
        self.assertGreater(result["usage"]["elapsed_us"], 0)

    def test_each_end_has_its_outcome(self):
        for token, (line, spec, outcome) in enumerate(
            [
                ("exit 3", {}, "exit"),
                ("kill -SEGV $$", {}, "signal"),
                ("sleep 1000", {"timeout_us": 200_000, "kill_grace_us": 5_000_000}, "timeout"),
                ("trap '' TERM; sleep 1000; sleep 1000", {"timeout_us": 200_000, "kill_grace_us": 200_000}, "timeout"),
                ("true", {"dir": "no-such-folder"}, "could not start"),
                ("true", {"dir": "../.."}, "could not start"),
                ("true", {"secrets": ["NO_SUCH_SECRET"]}, "could not start"),
                ("true", {"artifacts": ["no-such-*"]}, "gate"),
            ],
            start=1,
        ):
            with self.subTest(line=line, **spec):
                self.run_shell(token, line, **spec)
                result = self.coordinator.finish(token)
                self.assertEqual(result["outcome"], outcome)
                if outcome == "exit":
                    self.assertEqual(result["exit_code"], 3)
                if outcome == "signal":
                    self.assertEqual(result["signal"], 11)

    def test_a_program_that_does_not_exist_cannot_be_started(self):
        self.coordinator.assign(1, ["/no/such/program"], root=self.root)
        result = self.coordinator.finish(1)
        self.assertEqual(result["outcome"], "could not start")
        self.assertIn("/no/such/program", result["detail"])

    def test_words_are_given_to_the_program_as_they_are(self):
        self.coordinator.assign(1, ["/usr/bin/printf", "%s|", "a b", "", "$HOME", "*", "é"], root=self.root)
        self.coordinator.finish(1)
        self.coordinator.wait_for_output(1, 1)
        self.assertEqual(self.coordinator.text(1).decode(), "a b||$HOME|*|é|")

    def test_assign_is_idempotent_at_every_stage(self):
        line = "echo x >> runs; while [ ! -e go ]; do sleep 0.02; done"
        self.run_shell(1, line)
        self.coordinator.expect("started", 1)
        for _ in range(3):
            self.run_shell(1, line)  # accepted again
        (self.worker.root / "go").touch()
        self.coordinator.expect("result", 1)
        self.coordinator.shell(1, line, root=self.root)
        self.coordinator.expect("result", 1)
        self.coordinator.send("result_ack", token=1, verdict="committed")
        self.coordinator.send("result_ack", token=1, verdict="duplicate")
        self.coordinator.next_heartbeat()
        self.coordinator.shell(1, line, root=self.root)
        self.coordinator.expect("stopped", 1)
        self.assertEqual((self.worker.root / "runs").read_text(), "x\n")

    def test_a_result_is_sent_again_until_it_is_acknowledged_also_as_stale(self):
        self.run_shell(1, "exit 5")
        first = self.coordinator.expect("result", 1)
        second = self.coordinator.expect("result", 1)
        self.assertGreater(second["received_at"] - first["received_at"], 1.5)
        self.assertEqual(second["exit_code"], 5)
        self.coordinator.send("result_ack", token=1, verdict="stale")
        self.assertNotIn(1, self.coordinator.held())
        self.coordinator.expect_none(5.0, "result")

    def test_heartbeats_name_everything_that_is_held(self):
        self.run_shell(1, "while [ ! -e go ]; do sleep 0.02; done")
        self.run_shell(2, "true")
        self.assertEqual(self.coordinator.held(), {1: "running", 2: "queued"})
        (self.worker.root / "go").touch()
        self.coordinator.expect("result", 2)
        self.assertEqual(self.coordinator.held(), {1: "ended", 2: "ended"})
        for token in (1, 2):
            self.coordinator.send("result_ack", token=token)
        self.assertEqual(self.coordinator.held(), {})

    def test_one_attempt_waits_for_each_slot_and_more_are_rejected_for_good(self):
        self.run_shell(1, "while [ ! -e go ]; do sleep 0.02; done; echo 1 >> order")
        self.run_shell(2, "echo 2 >> order")
        self.coordinator.shell(3, "echo 3 >> order", root=self.root)
        self.assertTrue(self.coordinator.expect("reject", 3)["reason"])
        (self.worker.root / "go").touch()
        self.coordinator.finish(1)
        self.coordinator.finish(2)
        self.coordinator.shell(3, "echo 3 >> order", root=self.root)
        self.coordinator.expect("reject", 3)
        self.assertEqual((self.worker.root / "order").read_text(), "1\n2\n")

    def test_the_environment_is_the_workers_own_with_what_the_ticket_says(self):
        folder = self.worker.root / "sub/x"
        folder.mkdir(parents=True)
        self.run_shell(9, "env > environment; pwd > folder", env=[["STAGE", "test"], ["PATH", "/usr/bin:/bin"]],
                       secrets=["CONFORMANCE_SECRET"], attempt=4, dir="sub/./x")  # fmt: skip
        self.assertEqual(self.coordinator.finish(9)["outcome"], "succeeded")
        self.assertEqual((folder / "folder").read_text().strip(), str(folder))
        lines = (folder / "environment").read_text().splitlines()
        variables = dict(line.split("=", 1) for line in lines if "=" in line)
        expected = {
            "STAGE": "test", "PATH": "/usr/bin:/bin", "CONFORMANCE_SECRET": SECRET, "HEADWAY_ID": "T-9",
            "HEADWAY_TICKET": "T-9", "HEADWAY_RUN": "r1", "HEADWAY_ATTEMPT": "4", "HEADWAY_SLOT": "1",
        }  # fmt: skip
        self.assertEqual({name: variables.get(name) for name in expected}, expected)
        self.assertNotIn("HEADWAY_STRAY", variables)

    def test_artifacts_are_recorded_with_their_digests(self):
        self.run_shell(1, "mkdir out; printf one > out/a.txt; printf two > out/b.txt; : > other",
                       artifacts=["out/*.txt", "oth?r"])  # fmt: skip
        records = {each["path"]: each for each in self.coordinator.finish(1)["artifacts"]}
        self.assertEqual(sorted(records), ["other", "out/a.txt", "out/b.txt"])
        self.assertEqual(records["out/a.txt"]["size"], 3)
        self.assertEqual(records["out/b.txt"]["sha256"], hashlib.sha256(b"two").hexdigest())

    def test_progress_and_checkpoints_are_lines_of_a_file(self):
        self.run_shell(1, 'echo "60% compiling" >> $HEADWAY_PROGRESS; echo nonsense >> $HEADWAY_PROGRESS; '
                          'echo "checkpoint one" >> $HEADWAY_PROGRESS; echo "checkpoint two" >> $HEADWAY_PROGRESS; '
                          "while [ ! -e go ]; do sleep 0.02; done")  # fmt: skip
        progress = self.coordinator.expect("progress", 1)
        self.assertAlmostEqual(progress["share"], 0.6)
        self.assertEqual(progress["message"], "compiling")
        names = {}
        for _ in range(2):
            checkpoint = self.coordinator.expect("checkpoint", 1)
            names[checkpoint["number"]] = checkpoint["name"]
        self.assertEqual(names, {1: "one", 2: "two"})
        self.coordinator.send("checkpoint_ack", token=1, number=1)
        self.coordinator.forget_what_came()
        self.assertEqual(self.coordinator.expect("checkpoint", 1)["number"], 2, "sent again until acknowledged")
        (self.worker.root / "go").touch()
        self.coordinator.finish(1)
        self.coordinator.forget_what_came()
        self.coordinator.expect_none(4.5, "checkpoint")

    def test_a_function_is_called_by_who_can_and_rejected_by_who_cannot(self):
        (self.worker.root / "conformance_work.py").write_text(
            "import os\ndef add(a, b=0):\n    print(a + b, os.environ['HEADWAY_ID'])\ndef fail():\n    raise ValueError('no')\n"
        )
        self.coordinator.assign(1, call="conformance_work:add", args="[40, 2]", root=self.root)
        if "call" not in self.hello.get("labels", []):
            self.assertTrue(self.coordinator.expect("reject", 1)["reason"])
            return self.assert_works(2)
        self.assertEqual(self.coordinator.finish(1)["outcome"], "succeeded")
        self.coordinator.wait_for_output(1, 7)
        self.assertEqual(self.coordinator.text(1), b"42 T-1\n")
        for token, (call, args, outcome) in enumerate(
            [
                ("conformance_work:add", '{"a": 1, "b": 2}', "succeeded"),
                ("conformance_work:fail", "", "exit"),
                ("conformance_work:add", "[]", "exit"),
                ("conformance_work:none", "", "could not start"),
                ("no_such_module:f", "", "could not start"),
                ("os:_exit", "[7]", "exit"),
                ("time:sleep", "[1000]", "timeout"),
            ],
            start=2,
        ):
            with self.subTest(call=call, args=args):
                self.coordinator.assign(token, call=call, args=args, root=self.root, timeout_us=2_000_000)
                self.assertEqual(self.coordinator.finish(token)["outcome"], outcome)

"""Output: offsets, the window, what is sent again, what is left out of a flood, and secrets."""

from .case import Case
from .processes import SECRET

PIECE_BYTES = 65536
WINDOW_BYTES = 256 << 10


class Output(Case):
    def setUp(self):
        super().setUp()
        self.coordinator.join()

    def test_comes_whole_in_pieces_within_the_window(self):
        self.coordinator.acknowledges_output = False
        self.run_shell(1, "seq 1000000 1199999")  # 1,600,000 bytes
        self.coordinator.expect("heartbeat")
        self.coordinator.listen(1.5)
        self.assertLessEqual(self.coordinator.end_of_output(1), WINDOW_BYTES)
        self.coordinator.acknowledges_output = True
        result = self.coordinator.finish(1)
        self.assertEqual(result["output_size"], 1_600_000, "the result does not wait for the output")
        self.coordinator.wait_for_output(1, 1_600_000)
        self.assertEqual(self.coordinator.text(1), "".join(f"{i}\n" for i in range(1000000, 1200000)).encode())
        sizes = [len(data) for data in self.coordinator.output[1].values()]
        self.assertTrue(all(0 < size <= PIECE_BYTES for size in sizes), sizes)

    def test_that_is_not_acknowledged_is_sent_again_and_then_never(self):
        self.coordinator.acknowledges_output = False
        self.run_shell(1, "printf lost")
        first = self.coordinator.expect("output", 1)
        second = self.coordinator.expect("output", 1)
        self.assertEqual((first["offset"], first["bytes"]), (second["offset"], second["bytes"]))
        self.coordinator.acknowledges_output = True
        self.coordinator.finish(1)
        self.coordinator.next_heartbeat()
        self.coordinator.forget_what_came()
        self.coordinator.expect_none(1.5, "output")

    def test_is_acknowledged_by_messages_that_renew_nothing_too(self):
        self.coordinator.acknowledges_output = False
        self.run_shell(1, "printf lost")
        self.coordinator.finish(1)
        self.coordinator.expect("output", 1)
        self.coordinator.send("heartbeat_ack", number=0, outputs=[{"token": 1, "offset": 4}])
        self.coordinator.next_heartbeat()
        self.coordinator.forget_what_came()
        self.coordinator.expect_none(1.5, "output")

    def test_of_a_flood_keeps_the_head_and_the_tail(self):
        self.run_shell(1, "seq 100000 199999", output_head=700, output_tail=350)
        result = self.coordinator.finish(1)
        self.assertEqual(result["output_size"], 700_000)
        self.coordinator.wait_for_output(1, 700_000)
        lines = self.coordinator.text(1).decode().split("<gap>")
        self.assertEqual(lines[0], "".join(f"{i}\n" for i in range(100000, 100100)))
        self.assertEqual(lines[1], "".join(f"{i}\n" for i in range(199950, 200000)))

    def test_comes_while_the_command_runs(self):
        self.run_shell(1, "echo early; while [ ! -e go ]; do sleep 0.02; done; echo late")
        self.coordinator.wait_for_output(1, 6)
        self.assertEqual(self.coordinator.text(1), b"early\n")
        (self.worker.root / "go").touch()
        self.coordinator.finish(1)
        self.coordinator.wait_for_output(1, 11)

    def test_hides_secrets_also_where_they_come_in_pieces(self):
        self.run_shell(
            1, 'printf "a $CONFORMANCE_SECRET b\\n"; printf "${CONFORMANCE_SECRET%word}"; sleep 0.3; printf "word\\n"',
            secrets=["CONFORMANCE_SECRET"],
        )  # fmt: skip
        result = self.coordinator.finish(1)
        self.coordinator.wait_for_output(1, result["output_size"])
        self.assertNotIn(SECRET.encode(), self.coordinator.text(1))
        self.assertTrue(self.coordinator.text(1).startswith(b"a "), self.coordinator.text(1))

"""Handshake: hello and welcome, refusals, versions, sessions and epochs."""

from .case import Case


class Joining(Case):
    def test_hello_says_who_it_is_and_that_it_holds_nothing(self):
        hello = self.coordinator.expect("hello")
        self.assertEqual(hello["session"], 0)
        self.assertEqual(hello.get("protocol", 1), 1)
        self.assertEqual(hello["worker"], "under-test")
        self.assertGreater(hello["incarnation"], 0)
        self.assertGreater(hello["number"], 0)
        self.assertEqual(hello.get("slots", 1), self.slots)
        self.assertIn(hello["containment"], ("pid namespace", "subreaper"))
        self.assertTrue(hello["boot_id"])
        self.assertEqual(hello.get("inventory", []), [])
        self.assertEqual(hello.get("registry", ""), "")

    def test_an_unanswered_hello_is_said_again_on_another_connection(self):
        first = self.coordinator.expect("hello")
        second = self.coordinator.expect("hello")
        self.assertNotEqual(first["peer"], second["peer"])
        self.assertEqual(first["incarnation"], second["incarnation"])
        self.assertGreater(second["number"], first["number"])
        self.assertGreaterEqual(second["received_at"] - first["received_at"], 0.9)
        self.coordinator.join()
        self.assert_works(1)

    def test_heartbeats_grow_by_one_and_carry_the_session(self):
        self.coordinator.expect("hello")
        self.coordinator.welcome(session=77)
        beats = [self.coordinator.expect("heartbeat") for _ in range(3)]
        self.assertEqual([beat["session"] for beat in beats], [77, 77, 77])
        self.assertEqual([beat["number"] for beat in beats], [1, 2, 3])

    def test_asked_for_a_hello_it_says_one_but_not_too_soon_after_the_last(self):
        hellos = []
        for _ in range(6):
            hellos.append(self.coordinator.join())
            self.coordinator.send("hello_again", session=0)
        numbers = [hello["number"] for hello in hellos]
        self.assertEqual(numbers, sorted(set(numbers)))
        # Five times 100 ms, less what the first one may have been under way.
        self.assertGreaterEqual(hellos[-1]["received_at"] - hellos[0]["received_at"], 0.35)
        self.coordinator.join()
        self.assert_works(1)

    def test_hello_again_is_ignored_while_a_hello_is_under_way(self):
        first = self.coordinator.expect("hello")
        for _ in range(5):
            self.coordinator.send("hello_again", session=0)
        second = self.coordinator.expect("hello")
        self.assertNotEqual(first["peer"], second["peer"], "the next one comes on another connection, after the pause")
        self.coordinator.join()

    def test_refused_for_good_it_ends(self):
        self.coordinator.expect("hello")
        self.coordinator.send("refused", session=0, reason="not you", retry=False)
        self.assertNotEqual(self.worker.exit_code(), 0)
        self.assertIn("not you", self.worker.log())

    def test_refused_for_now_it_tries_again(self):
        self.coordinator.expect("hello")
        self.coordinator.send("refused", session=0, reason="the name is in use", retry=True)
        self.coordinator.join()
        self.assert_works(1)

    def test_another_version_of_the_protocol_ends_it(self):
        self.coordinator.expect("hello")
        self.coordinator.welcome(protocol=2)
        self.assertNotEqual(self.worker.exit_code(), 0)
        self.assertIn("version 2", self.worker.log())

    def test_a_welcome_without_sense_is_dropped(self):
        for nonsense in ({"session": 0}, {"registry": ""}, {"lease_us": 0}, {"lease_us": -5}, {"lease_us": "long"}):
            hello = self.coordinator.expect("hello")
            fields = {"session": 5, "registry": "r", "epoch": 1, "lease_us": 10**7, "heartbeat_us": 10**5, **nonsense}
            self.coordinator.send("welcome", **fields)
            again = self.coordinator.expect("hello", that=lambda message: message["peer"] != hello["peer"])
            self.coordinator.held_back.append(again)
        self.assertNotIn("heartbeat", [message["type"] for message in self.coordinator.seen])

    def test_a_welcome_that_answers_no_hello_is_dropped(self):
        self.coordinator.join()
        session = self.coordinator.session
        self.coordinator.welcome(session=999)
        self.coordinator.session = session
        self.assertEqual(self.coordinator.next_heartbeat()["session"], session)
        self.assert_works(1)

    def test_a_welcome_of_an_earlier_epoch_is_dropped(self):
        self.coordinator.join()
        self.restart_coordinator(epoch=0)
        self.coordinator.expect("hello")
        self.coordinator.welcome()
        self.coordinator.expect("hello")
        self.coordinator.epoch = 2
        self.coordinator.join()
        self.assert_works(1)

    def test_nothing_is_started_before_the_welcome_or_under_another_session(self):
        self.coordinator.expect("hello")
        self.coordinator.assign(1, ["/bin/true"])
        self.coordinator.welcome()
        for session in (0, self.coordinator.session + 1, self.coordinator.session - 1):
            self.coordinator.send("assign", session=session, token=2, spec={"words": ["/bin/true"], "root": "/"})
            self.coordinator.send("stop", session=session, token=3)
        self.assert_works(4)
        heard = [(message["type"], message.get("token")) for message in self.coordinator.seen]
        for token in (1, 2, 3):
            self.assertFalse([each for each in heard if each[1] == token], heard)

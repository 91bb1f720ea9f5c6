"""The first command of the README, as a newcomer types it: the tour ends well, and again when it is repeated.

Usage: tour_test.py BIN_DIR SOURCE_DIR
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

BIN, SOURCE = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])


class Tour(unittest.TestCase):
    def test_ends_well_and_does_so_again(self) -> None:
        with tempfile.TemporaryDirectory(prefix="hw-") as folder:
            # The tickets work on the repository's own files, and write beside the plan.
            copy = pathlib.Path(folder) / "headway"
            shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("build", ".git", "out", ".headway", "corpus"))
            for agents in ("2", "4"):
                tour = subprocess.run(
                    [BIN / "headway", "run", "examples/tour.yaml", "--local", agents],
                    cwd=copy, capture_output=True, text=True, timeout=100, check=False)
                said = tour.stdout + tour.stderr
                self.assertEqual(tour.returncode, 0, said)
                self.assertIn("17 succeeded of 17 tickets", said)
            checked = subprocess.run([BIN / "headway", "registry", "verify"], cwd=copy, capture_output=True, text=True,
                                     timeout=60, check=False)
            self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])

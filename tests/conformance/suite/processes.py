"""The worker under test, and the processes that its tickets start."""

import os
import pathlib
import shlex
import signal
import subprocess
import time

from .coordinator import PATIENCE_SECONDS, Failed

SECRET = "hunter2-is-no-password"
_MARK = "CONFORMANCE_TEST"  # in the environment of everything that a test starts


_TICKET_MARK = "CONFORMANCE_TICKET"  # likewise of everything that one ticket starts


def _marked(name, value):
    """Living processes with that variable in their environment. Their own numbers would say nothing: a container may number
    them anew."""
    found, wanted = [], f"{name}={value}".encode()
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if wanted in (entry / "environ").read_bytes().split(b"\0"):
                state = (entry / "stat").read_bytes().rpartition(b")")[2].split()[0]
                if state not in (b"Z", b"X"):
                    found.append(int(entry.name))
        except OSError:
            continue  # it has ended
    return found


class Worker:
    """The command given to the suite, with its places filled in."""

    def __init__(self, command, folder, endpoint, slots, name="under-test"):
        self.folder = folder
        self.root = folder / "root"
        self.state_dir = folder / "state"
        self.root.mkdir(exist_ok=True)
        self.state_dir.mkdir(exist_ok=True)
        self.mark = folder.name
        places = {"endpoint": endpoint, "state_dir": self.state_dir, "name": name, "slots": slots, "root": self.root}
        self._words = [word.format(**places) for word in shlex.split(command)]
        environment = {key: value for key, value in os.environ.items() if not key.startswith("HEADWAY_")}
        self._environment = {**environment, _MARK: self.mark, "CONFORMANCE_SECRET": SECRET, "HEADWAY_STRAY": "no"}
        self._log = open(folder / "log", "ab")
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            self._words, env=self._environment, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log,
            start_new_session=True,
        )  # fmt: skip

    def log(self):
        return (self.folder / "log").read_text(errors="replace")[-4000:]

    def signal(self, number):
        os.kill(self.process.pid, number)

    def exit_code(self):
        try:
            return self.process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            raise Failed("the worker did not end") from None

    def end(self):
        """Kills what is left of it, tickets included."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
        self.process.wait()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while left := _marked(_MARK, self.mark):
            for process in left:
                try:
                    os.kill(process, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            if time.monotonic() > deadline:
                raise Failed(f"processes {left} cannot be ended")
            time.sleep(0.02)
        self._log.close()

    # ---- What tickets leave in their root

    def wait_for_file(self, name):
        """Its text, once it is there and has a whole line."""
        path = self.root / name
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (path.exists() and path.read_text().endswith("\n")):
            if time.monotonic() > deadline:
                raise Failed(f"the ticket did not write {name}\n{self.log()}")
            time.sleep(0.01)
        return path.read_text()

    # ---- The processes of tickets

    def ticket_mark(self, token):
        """The variable of its environment by which they are found: name and value."""
        return [_TICKET_MARK, f"{self.mark}-{token}"]

    def processes_of(self, token):
        return _marked(*self.ticket_mark(token))

    def wait_until_dead(self, token, within=PATIENCE_SECONDS):
        deadline = time.monotonic() + within
        while alive := self.processes_of(token):
            if time.monotonic() > deadline:
                raise Failed(f"processes {alive} of {token} are alive {within:.1f} s later\n{self.log()}")
            time.sleep(0.02)

"""A coordinator and workers of both languages, as programs, in a folder of their own."""

import os
import pathlib
import signal
import socket
import subprocess
import tempfile

END_SECONDS = 30


def free_addresses(count):
    """Addresses on loopback that nobody listens on now, all different."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    addresses = [f"tcp://127.0.0.1:{one.getsockname()[1]}" for one in sockets]
    for one in sockets:
        one.close()
    return addresses


class Cluster:
    def __init__(self, programs, source):
        self._programs = programs
        self._python_worker = source / "examples/python-worker/worker"
        self._temporary = tempfile.TemporaryDirectory(prefix="headway-python-")
        self.folder = pathlib.Path(self._temporary.name)
        self.registry = self.folder / "state/registry.db"
        self.workers_address, self.control_address = free_addresses(2)
        self.running = {}
        # What a user has set must not reach the programs.
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("HEADWAY_")}

    def _start(self, name, *words):
        with open(self.folder / f"{name}.log", "ab") as log:
            self.running[name] = subprocess.Popen(
                [str(word) for word in words], env=self._environment, cwd=self.folder, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log,
            )  # fmt: skip

    def start_coordinator(self, *options):
        self._start("coordinator", self._programs / "headway-coordinator", "--state-dir", self.folder / "state",
                    "--listen", self.workers_address, "--control", self.control_address, *options)  # fmt: skip

    def start_worker(self, name, slots, python):
        program = self._python_worker if python else self._programs / "headway-worker"
        self._start(name, program, "--connect", self.workers_address, "--name", name, "--slots", slots,
                    "--state-dir", self.folder / name)  # fmt: skip

    def command(self, *words):
        """`headway` with these words: exit code, and what it says on both streams."""
        done = subprocess.run([self._programs / "headway", *words, "--connect", self.control_address],
                              env=self._environment, cwd=self.folder, capture_output=True, text=True, timeout=60)  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    def key(self, role, name):
        """The file of a new key."""
        path = self.folder / f"{name}.key"
        code, said = self.keys("create", "--role", role, "--name", name, "--output", path)
        assert code == 0, said
        return path

    def keys(self, *words):
        """`headway keys` with these words: exit code, and what it says on both streams."""
        done = subprocess.run([self._programs / "headway", "keys", *words, "--state-dir", self.folder / "state"],
                              env=self._environment, cwd=self.folder, capture_output=True, text=True, timeout=60)  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    def python(self, program, *words, **variables):
        """The Python client or worker to its end: exit code, and what it says on both streams."""
        done = subprocess.run([self._python_worker.with_name(program), *words], env={**self._environment, **variables},
                              cwd=self.folder, capture_output=True, text=True, timeout=60)  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    def kill(self, name):
        process = self.running.pop(name)
        process.kill()
        process.wait()

    def end(self):
        for process in reversed(self.running.values()):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._temporary.cleanup()

    def logs(self):
        return "\n".join(path.read_text(errors="replace")[-3000:] for path in sorted(self.folder.glob("*.log")))

"""A cluster of docker/compose.yaml under a name of its own, and what one can do to it."""

import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
COMPOSE_FILE = ROOT / "docker" / "compose.yaml"
IMAGE = "headway-test"
# The user of the image.
OWNER = 1000
COMMAND_SECONDS = 180
POLL_SECONDS = 0.1

# A ticket's work: a line at its beginning, a line at its end, and between them it waits for a file.
TICKET = """#!/bin/sh
echo "$HEADWAY_ID begins $HEADWAY_ATTEMPT" >>ledger
while [ ! -e "go-$HEADWAY_ID" ] && [ ! -e go ]; do sleep 0.05; done
echo "$HEADWAY_ID ends $HEADWAY_ATTEMPT" >>ledger
"""


def wait_until(condition, seconds, what):
    """What `condition` gives once it is true; a failure that names `what` after so many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(POLL_SECONDS)


def run(words, environment=None, check=True):
    """Runs a command; its standard output. A failure tells what it wrote."""
    done = subprocess.run(words, capture_output=True, text=True, timeout=COMMAND_SECONDS, env=environment)
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, words))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout if check else done


class Cluster:
    """Its project folder is what the containers see as /work. Everything of it goes with `down`."""

    def __init__(self):
        self.name = f"headway-test-{os.getpid()}"
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="headway-cluster-"))
        self.environment = dict(os.environ, HEADWAY_IMAGE=IMAGE, HEADWAY_PROJECT=str(self.folder), HEADWAY_DRAIN="20s")
        plugin = subprocess.run(["docker", "compose", "version"], capture_output=True).returncode == 0
        tool = ["docker", "compose"] if plugin else ["docker-compose"]
        self.tool = tool + ["--file", str(COMPOSE_FILE), "--project-name", self.name]
        self.write("ticket", TICKET)
        (self.folder / "ticket").chmod(0o755)
        self.own()

    # The project's folder.

    def own(self):
        """Gives the folder to the user of the containers."""
        for path in [self.folder, *self.folder.rglob("*")]:
            os.chown(path, OWNER, OWNER)

    def write(self, name, text):
        (self.folder / name).write_text(text)

    def plan(self, *tickets):
        """Writes plan.yaml: each ticket is its id, or a flow map."""
        lines = [one if one.startswith("{") else f"{{id: {one}, run: ./ticket}}" for one in tickets]
        self.write("plan.yaml", "version: 1\nname: cluster\ntickets:\n" + "".join(f"  - {line}\n" for line in lines))

    def clean(self):
        """Takes away what the last plan left, so that tickets wait again."""
        for path in [*self.folder.glob("go*"), *self.folder.glob("ledger")]:
            path.unlink()

    def ledger(self):
        """The lines that tickets wrote, each as (ticket, word, attempt)."""
        path = self.folder / "ledger"
        return [tuple(line.split()) for line in path.read_text().splitlines()] if path.exists() else []

    # Compose and containers.

    def compose(self, *words, check=True):
        return run(self.tool + list(words), self.environment, check)

    def up(self, workers):
        self.compose(*self.up_words(workers))

    def start_up(self, workers):
        """The same, begun: a process."""
        return subprocess.Popen(self.tool + self.up_words(workers), env=self.environment,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    @staticmethod
    def up_words(workers):
        return ["up", "--detach", "--no-build", "--scale", f"worker={workers}"]

    def cli(self, *words, check=True):
        """`docker compose run --rm cli WORDS`."""
        return self.compose("run", "--rm", "-T", "cli", *words, check=check)

    def containers(self, service, alive=True):
        words = ["docker", "ps", "--quiet", "--no-trunc", "--filter", f"label=com.docker.compose.project={self.name}",
                 "--filter", f"label=com.docker.compose.service={service}"]
        return run(words + ([] if alive else ["--all"])).split()

    def coordinator(self):
        (container,) = self.containers("coordinator")
        return container

    def inspect(self, container):
        return json.loads(run(["docker", "inspect", container]))[0]

    def health(self, container):
        return self.inspect(container)["State"]["Health"]["Status"]

    def network(self):
        """The network on which its containers are."""
        (network,) = self.inspect(self.coordinator())["NetworkSettings"]["Networks"]
        return network

    def within(self, container, *words):
        return run(["docker", "exec", container, *words])

    # What the coordinator says, asked where it lives, which is quicker than a container each time.

    def ask(self, *words):
        return json.loads(self.within(self.coordinator(), "headway", *words, "--format", "json"))

    def status(self):
        return self.ask("status")

    def state(self):
        return self.status()["run"]["state"]

    def ticket(self, name):
        (ticket,) = [one for one in self.status()["tickets"] if one["id"] == name]
        return ticket

    def agents(self, *states):
        """Agents in one of these states; without any, all that are not offline."""
        agents = self.ask("agents")["agents"]
        return [one for one in agents if (one["state"] in states if states else one["state"] != "offline")]

    def running(self, name):
        """The container of the worker that runs a ticket, once one does."""
        def found():
            ticket = self.ticket(name)
            if ticket["state"] != "running":
                return None
            worker = ticket["agent"].split("/")[0]
            return next((one for one in self.containers("worker") if worker.startswith(one[:12])), None)
        return wait_until(found, 40, f"{name} runs in a container that is there")

    def submit(self, *tickets):
        """Submits a plan; the run's name."""
        self.clean()
        self.plan(*tickets)
        self.own()
        return self.cli("run", "plan.yaml", "--detach").strip()

    # What is left.

    def registry(self):
        """The registry, copied out of the volume of the coordinator that has been stopped."""
        (container,) = self.containers("coordinator", alive=False)
        copy = self.folder / "copy"
        run(["docker", "cp", f"{container}:/var/lib/headway", str(copy)])
        return sqlite3.connect(copy / "registry.db")

    def down(self):
        self.compose("down", "--volumes", "--remove-orphans", "--timeout", "5", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

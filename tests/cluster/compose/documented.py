"""The compose commands of docs/cluster.md, typed as they stand there, for a cluster and a home of their own."""

import os
import pathlib
import subprocess
import sys
import tempfile

from cluster import IMAGE, OWNER

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "e2e" / "docs"))
from documentation import IN_CONTAINERS, commands  # noqa: E402: it has a folder of its own

TYPED_SECONDS = 300
# What is typed in another way: programs are not compiled a second time (the image under test is made of the same first
# part), and no image of the machine's user is replaced.
INSTEAD = {"docker build ": "docker build --target runtime ", "--tag headway ": f"--tag {IMAGE}:typed "}
# Where compose is a program and not docker's, a person types a hyphen.
COMPOSE = """docker() {
  if [ "$1" = compose ] && ! command docker compose version >/dev/null 2>&1; then
    shift && command docker-compose "$@"
  else
    command docker "$@"
  fi
}
"""


class Documentation:
    """A person in the repository, with `project/plan.yaml` in a new home; `end` leaves nothing of it."""

    def __init__(self, repository):
        self.repository = repository
        self.folder = tempfile.TemporaryDirectory()
        self.home = pathlib.Path(self.folder.name)
        project = self.home / "project"
        project.mkdir()
        (project / "plan.yaml").write_text("version: 1\nname: typed\ntickets: [{id: A, run: 'echo done > out'}]\n")
        for path in [project, *project.iterdir()]:
            os.chown(path, OWNER, OWNER)
        self.home.chmod(0o755)
        self.environment = dict(os.environ, HOME=self.folder.name, HEADWAY_IMAGE=IMAGE,
                                COMPOSE_PROJECT_NAME=f"headway-typed-{os.getpid()}",
                                COMPOSE_FILE="docker/compose.yaml", HEADWAY_PROJECT=str(project))

    def type(self, heading):
        """What the commands under a heading print; each must succeed."""
        script = commands("cluster.md", heading)
        for written, typed in INSTEAD.items():
            script = script.replace(written, typed)
        return self.say(script)

    def say(self, script):
        done = subprocess.run(["bash", "-eux", "-c", COMPOSE + script], cwd=self.repository, env=self.environment, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=TYPED_SECONDS)
        if done.returncode != 0:
            raise AssertionError(done.stdout)
        return done.stdout

    def end(self):
        self.say(f"docker compose down --volumes --timeout 5; docker image rm --force {IMAGE}:typed")
        self.folder.cleanup()

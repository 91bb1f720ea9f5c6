"""What an attempt is started with: its folder, its environment, its process."""

from __future__ import annotations

import os
import subprocess

from . import tree
from .messages import AttemptSpec


class CannotStart(Exception):
    """No such program, directory or secret; the text is for people."""


def folder_of(spec: AttemptSpec) -> str:
    """Where it runs: its root joined with its `dir`, which must not lead out of it."""
    inside = os.path.normpath(spec.dir or ".")
    if os.path.isabs(inside) or inside.split(os.sep)[0] == "..":
        raise CannotStart(f"the directory {spec.dir!r} leads out of the plan's folder")
    folder = os.path.normpath(os.path.join(spec.root or ".", inside))
    if not os.path.isdir(folder):
        raise CannotStart(f"there is no directory {folder}")
    return folder


def secrets_of(spec: AttemptSpec) -> dict[str, str]:
    """The secrets that it names, from this worker's own environment."""
    missing = [name for name in spec.secrets if name not in os.environ]
    if missing:
        raise CannotStart(f"this worker does not know the secret {missing[0]}")
    return {name: os.environ[name] for name in spec.secrets}


def environment_of(spec: AttemptSpec, slot: int, progress_file: str) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HEADWAY_")}
    environment.update(spec.env)
    environment.update(secrets_of(spec))
    environment.update(
        HEADWAY_ID=spec.ticket,
        HEADWAY_TICKET=spec.ticket,
        HEADWAY_RUN=spec.run,
        HEADWAY_ATTEMPT=str(spec.attempt),
        HEADWAY_SLOT=str(slot),
        HEADWAY_PROGRESS=progress_file,
    )
    return environment


def start(spec: AttemptSpec, environment: dict[str, str], output: int) -> int:
    """Starts the command as a process group of its own, its output and errors going to `output`; its process."""
    supervisor = os.getpid()
    try:
        process = subprocess.Popen(
            spec.words,
            cwd=folder_of(spec),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=lambda: tree.die_with_parent(supervisor),
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise CannotStart(f"cannot start {spec.words[0]}: {error}") from error
    process.returncode = 0  # whoever sweeps the tree waits for it, not this object
    return process.pid

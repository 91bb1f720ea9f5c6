"""A worker's record of its lives, by which the next one can prove that nothing of the earlier ones is alive.

    STATE_DIR/life-INCARNATION/life.json     boot, registry and supervisors
                               tokens        `+TOKEN` accepted, `-TOKEN` settled
                               swept-SLOT    left by a supervisor that has outlived its worker and killed everything

The proof of a former life is one of: the machine was started anew since, or each of its supervisors has left its note.
A supervisor that was killed itself leaves none, and then nothing is claimed: the coordinator waits for the lease.
"""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import time
from dataclasses import dataclass, field

from . import tree

WAIT_SECONDS = 5.0  # for supervisors of a former life that are still killing
_POLL_SECONDS = 0.02
MAX_FORMERS = 1000


def boot_id() -> str:
    return pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def swept_note(folder: pathlib.Path, slot: int) -> pathlib.Path:
    return folder / f"swept-{slot}"


class Life:
    """The present one's record."""

    def __init__(self, state_dir: pathlib.Path, incarnation: int) -> None:
        self.folder = state_dir / f"life-{incarnation:016x}"
        self.folder.mkdir(parents=True)
        self._about = {"incarnation": incarnation, "boot": boot_id(), "registry": "", "supervisors": []}
        self._tokens = open(self.folder / "tokens", "a", buffering=1)
        self._write()

    def add_supervisor(self, slot: int, process: int) -> None:
        """Before it is given anything to run."""
        self._about["supervisors"].append([slot, process, tree.start_time(process)])
        self._write()

    def lost_supervisor(self, slot: int, process: int) -> None:
        """It is dead, and this worker has killed whatever it left."""
        self._about["supervisors"] = [
            each for each in self._about["supervisors"] if each[:2] != [slot, process]
        ]
        self._write()

    def set_registry(self, registry: str) -> None:
        if self._about["registry"] != registry:
            self._about["registry"] = registry
            self._write()

    def accepted(self, token: int) -> None:
        self._tokens.write(f"+{token}\n")

    def settled(self, token: int) -> None:
        self._tokens.write(f"-{token}\n")

    def end(self) -> None:
        """It holds nothing and runs nothing: there is nothing to prove."""
        self._tokens.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _write(self) -> None:
        draft = self.folder / "life.json.new"
        draft.write_text(json.dumps(self._about))
        draft.rename(self.folder / "life.json")


@dataclass
class Former:
    """What is proven of the lives before this one."""

    incarnations: list[int] = field(default_factory=list)
    registry: str = ""
    tokens: set[int] = field(default_factory=set)
    folders: list[pathlib.Path] = field(default_factory=list)

    def forget(self) -> None:
        """Their records are of no more use."""
        for folder in self.folders:
            shutil.rmtree(folder, ignore_errors=True)
        self.folders.clear()


def find_former(state_dir: pathlib.Path) -> Former:
    """Waits a little for supervisors that are still at work. Lives of several registries: only the latest one's tokens."""
    former = Former()
    folders = sorted(state_dir.glob("life-*"), key=lambda folder: folder.stat().st_mtime)
    give_up = time.monotonic() + WAIT_SECONDS
    for folder in folders[-MAX_FORMERS:]:
        try:
            about = json.loads((folder / "life.json").read_text())
        except (OSError, ValueError):
            continue
        if not _is_proven_dead(folder, about, give_up):
            continue
        if about["registry"] and about["registry"] != former.registry:
            former.registry = about["registry"]
            former.tokens.clear()
        former.incarnations.append(about["incarnation"])
        former.folders.append(folder)
        if about["registry"]:
            former.tokens |= _unsettled(folder / "tokens")
    return former


def _is_proven_dead(folder: pathlib.Path, about: dict, give_up: float) -> bool:
    if about["boot"] != boot_id():
        return True
    for slot, process, started in about["supervisors"]:
        while not swept_note(folder, slot).exists():
            if tree.start_time(process) != started or time.monotonic() > give_up:
                # Once more: it may have left its note just before it ended.
                if not swept_note(folder, slot).exists():
                    return False
            else:
                time.sleep(_POLL_SECONDS)
    return True


def _unsettled(record: pathlib.Path) -> set[int]:
    tokens: set[int] = set()
    for line in record.read_text().splitlines():
        if line[1:].isdigit():  # the last one may be cut off
            (tokens.add if line[0] == "+" else tokens.discard)(int(line[1:]))
    return tokens

"""The command line of the worker."""

from __future__ import annotations

import argparse
import decimal
import os
import pathlib
import re
import socket
from dataclasses import dataclass

from . import load
from .addresses import worker_endpoint
from .keys import BadKey, Key, read_key

CALL_LABEL = "call"  # says that this worker can call functions
MAX_NAME_BYTES = 200


@dataclass
class Options:
    connect: str
    name: str
    slots: int
    labels: list[str]
    types: list[str]
    root: str
    state_dir: pathlib.Path
    key: Key | None
    resources: list[tuple[str, int]]  # in thousandths


def _name(text: str) -> str:
    if not text.isprintable() or "/" in text or not 1 <= len(text.encode()) <= MAX_NAME_BYTES:
        raise argparse.ArgumentTypeError(f"1 to {MAX_NAME_BYTES} printable bytes without a slash, not {text!r}")
    return text


def _slots(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1024:
        raise argparse.ArgumentTypeError(f"1 to 1024, not {text!r}")
    return int(text)


def _resource(text: str) -> tuple[str, int]:
    name, _, amount = text.partition("=")
    if not name or not re.fullmatch(r"\d{1,12}(\.\d{1,3})?", amount):
        raise argparse.ArgumentTypeError(f"NAME=AMOUNT with at most 3 decimals, not {text!r}")
    return name, round(1000 * decimal.Decimal(amount))


def _folder(text: str) -> str:
    if not os.path.isdir(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no folder")
    return os.path.abspath(text)


def parse(words: list[str] | None = None) -> Options:
    parser = argparse.ArgumentParser(
        prog="worker", description="A Headway worker that runs commands and calls Python functions.", allow_abbrev=False
    )
    parser.add_argument("--connect", type=worker_endpoint, default="tcp://127.0.0.1:7420", metavar="ADDRESS",
                        help="the coordinator's socket for workers: tcp://HOST:PORT, HOST:PORT or ipc://PATH (default: %(default)s)")  # fmt: skip
    parser.add_argument("--name", type=_name, help="its name, of one worker at a time (default: its key's, else this host's)")
    parser.add_argument("--slots", type=_slots, default=os.cpu_count() or 1, metavar="N", help="tickets at a time")
    parser.add_argument("--label", action="append", default=[], type=_name, metavar="L",
                        help="a label that it has, beside `call` and `python`; repeatable")  # fmt: skip
    parser.add_argument("--type", action="append", default=[], type=_name, metavar="T",
                        help="an agent type that it offers; repeatable")  # fmt: skip
    parser.add_argument("--resource", action="append", default=[], type=_resource, metavar="NAME=AMOUNT",
                        help="a counted resource, beside cpus and memory (bytes); repeatable")  # fmt: skip
    parser.add_argument("--root", type=_folder, metavar="DIR",
                        help="where this machine has the plans' folder (default: where it is at the submitter)")  # fmt: skip
    parser.add_argument("--state-dir", type=pathlib.Path, default=pathlib.Path(".headway-python-worker"), metavar="DIR",
                        help="keeps the record of what it started (default: %(default)s)")  # fmt: skip
    parser.add_argument("--key", default=os.environ.get("HEADWAY_KEY") or None, metavar="FILE",
                        help="a key made by `headway keys create --role worker`; its name is the worker's")  # fmt: skip
    given = parser.parse_args(words)
    key = None
    if given.key and given.connect.startswith("tcp://"):
        try:
            key = read_key(given.key)
        except BadKey as error:
            parser.error(str(error))
    if key and key.name and given.name not in (None, key.name):
        parser.error(f"its key is that of {key.name}: it cannot be called {given.name}")
    return Options(
        connect=given.connect,
        name=(key.name if key else "") or given.name or socket.gethostname(),
        slots=given.slots,
        labels=list(dict.fromkeys([CALL_LABEL, "python", *given.label])),
        types=given.type,
        root=given.root or "",
        state_dir=given.state_dir.absolute(),
        key=key,
        resources=list({
            "cpus": 1000 * (os.cpu_count() or 1), "memory": 1000 * load.total_memory(), **dict(given.resource)
        }.items()),  # fmt: skip
    )

"""The command line of the client."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from typing import Any

from .addresses import CONTROL_PORT, control_endpoint
from .control import Client, Refused
from .keys import BadKey, read_key

# As `headway` has them.
EXIT_ERROR, EXIT_INVALID_PLAN, EXIT_DENIED, EXIT_UNREACHABLE, EXIT_RUN_FAILED, EXIT_RUN_STOPPED = 1, 3, 4, 5, 7, 8
EXIT_OF_REFUSAL = {"invalid plan": EXIT_INVALID_PLAN, "denied": EXIT_DENIED}
EXIT_OF_RUN = {"succeeded": 0, "stopped": EXIT_RUN_STOPPED}


def _show(value: Any) -> None:
    print(json.dumps(value, default=lambda data: data.decode(errors="replace")), flush=True)


def _run_number(text: str) -> int:
    """`r3` or `3`."""
    if not re.fullmatch(r"r?[0-9]{1,18}", text):
        raise argparse.ArgumentTypeError(f"a run is written as r3 or 3, not {text!r}")
    return int(text.removeprefix("r"))


def _reason(error: OSError) -> str:
    """With the file that it is about, without the system's number."""
    words = error.strerror or str(error)
    return f"{error.filename}: {words}" if error.filename else words


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="client", description="A small client of a Headway coordinator.")
    parser.add_argument("--connect", default=os.environ.get("HEADWAY_COORDINATOR") or f"tcp://127.0.0.1:{CONTROL_PORT}",
                        type=control_endpoint, metavar="ADDRESS",
                        help="the coordinator's control socket: HOST, HOST:PORT, tcp://HOST:PORT or ipc://PATH "
                             "(default: HEADWAY_COORDINATOR, else tcp://127.0.0.1:7421)")  # fmt: skip
    parser.add_argument("--key", default=os.environ.get("HEADWAY_KEY") or None, metavar="FILE", help="a viewer's or operator's key")
    verbs = parser.add_subparsers(dest="verb", required=True)
    submit = verbs.add_parser("submit", help="submits a plan, and prints its run")
    submit.add_argument("plan")
    for verb, what in (
        ("status", "how a run stands"),
        ("events", "what happens in a run, a line each, until it ends"),
        ("wait", "waits until a run has ended: 0 succeeded, 7 failed or cancelled, 8 stopped"),
    ):
        verbs.add_parser(verb, help=what).add_argument("run", nargs="?", type=_run_number, default=0)
    return parser.parse_args()


def _act(client: Client, given: argparse.Namespace) -> int:
    if given.verb == "submit":
        answer = client.submit(given.plan)
        for warning in answer.get("warnings", []):
            print(f"client: {warning}", file=sys.stderr)
        print(f"r{answer['run']}")
    elif given.verb == "status":
        _show(client.status(given.run))
    elif given.verb == "events":
        run = given.run or client.request("status", summary_only=True)["run"]["id"]
        for event in client.events(run):
            _show(event)
    else:
        summary = client.wait(given.run)
        _show(summary)
        return EXIT_OF_RUN.get(summary["state"], EXIT_RUN_FAILED)
    return 0


def main() -> int:
    given = _parse()
    try:
        key = read_key(given.key) if given.key and given.connect.startswith("tcp://") else None
        with Client(given.connect, key) as client:
            return _act(client, given)
    except Refused as refusal:
        print(f"client: {refusal}", file=sys.stderr)
        return EXIT_OF_REFUSAL.get(refusal.kind, EXIT_ERROR)
    except TimeoutError as error:
        print(f"client: {error}", file=sys.stderr)
        return EXIT_UNREACHABLE
    except BadKey as error:
        print(f"client: {error}", file=sys.stderr)
        return EXIT_ERROR
    except OSError as error:
        print(f"client: {_reason(error)}", file=sys.stderr)
        return EXIT_ERROR

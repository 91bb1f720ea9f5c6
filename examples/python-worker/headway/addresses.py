"""Addresses of a coordinator, as people write them and as `headway` takes them."""

from __future__ import annotations

import argparse
import re

CONTROL_PORT = 7421

_TCP = re.compile(r"(?:tcp://)?(\[[0-9a-fA-F:.]+(?:%[\w.-]+)?\]|[^\s/:\[\]]+)(?::([0-9]{1,5}))?", re.ASCII)


def _endpoint(text: str, default_port: int | None, forms: str) -> str:
    if re.fullmatch(r"ipc://\S+", text):
        return text
    written = _TCP.fullmatch(text)
    port = int(written.group(2) or default_port or 0) if written else 0
    if not written or not 1 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not an address of a coordinator: write {forms}")
    return f"tcp://{written.group(1)}:{port}"


def control_endpoint(text: str) -> str:
    """Of the control socket: HOST, HOST:PORT, tcp://HOST:PORT or ipc://PATH. Raises ArgumentTypeError."""
    return _endpoint(text, CONTROL_PORT, "HOST, HOST:PORT, tcp://HOST:PORT or ipc://PATH")


def worker_endpoint(text: str) -> str:
    """Of the socket for workers, the same with a port. Raises ArgumentTypeError."""
    return _endpoint(text, None, "tcp://HOST:PORT, HOST:PORT or ipc://PATH")

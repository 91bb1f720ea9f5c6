"""Addresses of a coordinator, as people write them and as `headway` takes them."""

from __future__ import annotations

import argparse
import re

CONTROL_PORT = 7421

_TCP = re.compile(r"(?:tcp://)?(\[[0-9a-fA-F:.]+(?:%[\w.-]+)?\]|[^\s/:\[\]]+)(?::([0-9]{1,5}))?", re.ASCII)


def _endpoint(text: str, default_port: int | None) -> str | None:
    if re.fullmatch(r"ipc://\S+", text):
        return text
    written = _TCP.fullmatch(text)
    if not written:
        return None
    host, port = written.group(1), int(written.group(2) or default_port or 0)
    return f"tcp://{host}:{port}" if 1 <= port <= 65535 else None


def control_endpoint(text: str) -> str:
    """Of the control socket: HOST, HOST:PORT, tcp://HOST:PORT or ipc://PATH. Raises ArgumentTypeError."""
    endpoint = _endpoint(text, CONTROL_PORT)
    if endpoint is None:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not an address of a coordinator: write HOST, HOST:PORT, tcp://HOST:PORT or ipc://PATH"
        )
    return endpoint


def worker_endpoint(text: str) -> str:
    """Of the socket for workers, the same with a port. Raises ArgumentTypeError."""
    endpoint = _endpoint(text, None)
    if endpoint is None:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not an address of a coordinator: write tcp://HOST:PORT, HOST:PORT or ipc://PATH"
        )
    return endpoint

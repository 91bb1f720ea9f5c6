"""A key file as `headway keys create` writes it, and a socket that uses it (CURVE)."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass

import zmq
from zmq.utils import z85


class BadKey(Exception):
    """A key file that cannot be used; the text is for people."""


@dataclass(frozen=True)
class Key:
    name: str
    public: bytes
    secret: bytes
    coordinator: bytes  # its public key

    def use(self, socket: zmq.Socket) -> None:
        """Before the socket is connected."""
        socket.curve_publickey = z85.encode(self.public)
        socket.curve_secretkey = z85.encode(self.secret)
        socket.curve_serverkey = z85.encode(self.coordinator)


def read_key(path: str) -> Key:
    """Raises BadKey. Refuses a file that others can read: whoever has it is who it says."""
    fields = {}
    try:
        with open(path) as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise BadKey(f"others can read {path}: chmod 600 {path}")
            for line in file:
                name, colon, value = line.partition(":")
                if colon and not line.startswith("#"):
                    fields[name.strip()] = value.strip()
        public, secret, coordinator = (bytes.fromhex(fields[name]) for name in ("public", "secret", "coordinator"))
    except KeyError as error:
        raise BadKey(f"{path} has no line {error.args[0]!r}") from error
    except OSError as error:
        raise BadKey(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise BadKey(f"{path} is no key: {error}") from error
    if not len(public) == len(secret) == len(coordinator) == 32:
        raise BadKey(f"{path} has a key that is not of 32 bytes")
    return Key(fields.get("name", ""), public, secret, coordinator)

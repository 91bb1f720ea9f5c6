"""The files that an attempt's patterns match, with their sizes and digests."""

from __future__ import annotations

import glob
import hashlib
import os

from .messages import ArtifactRecord

MAX_LISTED_BYTES = 512 << 10  # of a result, which has to fit into one frame
_RECORD_BYTES = 120  # keys, size and digest


class Missing(Exception):
    """A pattern that matches no file; the text is for people."""


def _matches(root: str, pattern: str) -> list[str]:
    inside = os.path.normpath(pattern)
    if os.path.isabs(inside) or inside.split(os.sep)[0] == "..":
        raise Missing(f"the artifact {pattern!r} leads out of the plan's folder")
    found = glob.glob(pattern, root_dir=root, recursive=True, include_hidden=True)
    files = [path for path in found if os.path.isfile(os.path.join(root, path))]
    if not files:
        raise Missing(f"no file matches the artifact {pattern}")
    return files


def record(root: str, patterns: list[str]) -> list[ArtifactRecord]:
    """One record for each file, by path. Raises Missing."""
    paths = sorted({os.path.normpath(path) for pattern in patterns for path in _matches(root, pattern)})
    records, listed = [], 0
    for path in paths:
        listed += len(os.fsencode(path)) + _RECORD_BYTES
        if listed > MAX_LISTED_BYTES:
            raise Missing("there are too many artifacts for one result")
        try:
            with open(os.path.join(root, path), "rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                records.append(ArtifactRecord(path, os.fstat(file.fileno()).st_size, digest))
        except OSError as error:
            raise Missing(f"the artifact {path} cannot be read: {error.strerror}") from error
    return records

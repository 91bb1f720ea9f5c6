"""The commands in a page of docs/, by the heading that they are under."""

import pathlib
import re

DOCS = pathlib.Path(__file__).resolve().parents[3] / "docs"
# Headings of cluster.md whose commands need a container engine, in the order in which tests/cluster types them.
IN_CONTAINERS = ("Containers", "A cluster by compose", "Backup and upgrade of a compose cluster")


def blocks(page):
    """A page's indented lines: heading -> lines, in the page's order; headings without any are left out."""
    found = {}
    heading = ""
    for line in (DOCS / page).read_text().splitlines():
        if line.startswith("#"):
            heading = line.lstrip("#").strip()
        elif line.startswith("    "):
            found.setdefault(heading, []).append(line[4:])
    return found


def commands(page, heading):
    """The indented lines between this heading and the next one, as a script; a failure where there are none."""
    lines = blocks(page).get(heading)
    if not lines:
        raise AssertionError(f"{page} has no commands under `{heading}`")
    return "\n".join(lines) + "\n"


def mentions(page):
    """The commands that sentences and tables of a page name between backticks: a set of texts."""
    text = (DOCS / page).read_text()
    return set(re.findall(r"`((?:headway(?:-[a-z]+)?|docker|scripts/[a-z]+)(?: [^`]*)?)`", text))

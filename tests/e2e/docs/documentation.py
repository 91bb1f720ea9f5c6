"""The commands in a page of docs/, by the heading that they are under."""

import pathlib

DOCS = pathlib.Path(__file__).resolve().parents[3] / "docs"


def commands(page, heading):
    """The indented lines between this heading and the next one, as a script; a failure where there are none."""
    lines = []
    under = False
    for line in (DOCS / page).read_text().splitlines():
        if line.startswith("#"):
            under = line.lstrip("#").strip() == heading
        elif under and line.startswith("    "):
            lines.append(line[4:])
    if not lines:
        raise AssertionError(f"{page} has no commands under `{heading}`")
    return "\n".join(lines) + "\n"

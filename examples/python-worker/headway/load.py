"""How busy the machine is, from /proc: shares since the last look, and amounts."""

from __future__ import annotations

from . import clock
from .messages import Load

SECTOR_BYTES = 512


def _processors() -> tuple[int, int]:
    """Ticks that all processors worked, and all that there were."""
    with open("/proc/stat") as file:
        ticks = [int(each) for each in file.readline().split()[1:9]]
    idle = ticks[3] + ticks[4]
    return sum(ticks) - idle, sum(ticks)


def _memory() -> tuple[int, int]:
    """Bytes in use, and all."""
    amounts = {}
    with open("/proc/meminfo") as file:
        for line in file:
            name, _, rest = line.partition(":")
            amounts[name] = int(rest.split()[0]) << 10
    return amounts["MemTotal"] - amounts["MemAvailable"], amounts["MemTotal"]


def _disks() -> dict[str, tuple[int, int]]:
    """By device: bytes read and written, and milliseconds in which it worked."""
    found = {}
    with open("/proc/diskstats") as file:
        for line in file:
            fields = line.split()
            if len(fields) > 12 and not fields[2].startswith(("loop", "ram", "dm-")):
                found[fields[2]] = (SECTOR_BYTES * (int(fields[5]) + int(fields[9])), int(fields[12]))
    return found


def _network_bytes() -> int:
    with open("/proc/net/dev") as file:
        lines = [line.partition(":") for line in file.readlines()[2:]]
    return sum(
        int(rest.split()[0]) + int(rest.split()[8]) for name, _, rest in lines if name.strip() != "lo"
    )


def total_memory() -> int:
    return _memory()[1]


class LoadMeter:
    def __init__(self) -> None:
        self._last = self._counters()

    @staticmethod
    def _counters() -> tuple[float, tuple[int, int], dict[str, tuple[int, int]], int]:
        return clock.now(), _processors(), _disks(), _network_bytes()

    def measure(self) -> Load:
        before, self._last = self._last, self._counters()
        (was, work, disks, network), (at, work_now, disks_now, network_now) = before, self._last
        elapsed = max(at - was, 1e-3)
        used, total = _memory()
        ticks = work_now[1] - work[1]
        moved, busy = 0, 0.0
        for name, (size, milliseconds) in disks_now.items():
            size_before, milliseconds_before = disks.get(name, (size, milliseconds))
            moved += max(0, size - size_before)
            busy = max(busy, (milliseconds - milliseconds_before) / 1000 / elapsed)
        return Load(
            cpu=_share((work_now[0] - work[0]) / ticks if ticks > 0 else 0),
            memory=_share(used / total),
            disk_busy=_share(busy),
            memory_bytes=used,
            disk_rate=int(moved / elapsed),
            network_rate=int(max(0, network_now - network) / elapsed),
        )


def _share(value: float) -> float:
    return min(max(value, 0.0), 1.0)

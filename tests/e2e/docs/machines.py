"""Two machines as far as the network can tell, at the addresses that docs/cluster.md has in its examples."""

import os
import shutil
import subprocess
import sys

# Their addresses: of the coordinator, and of everybody else.
HERE, THERE = "192.0.2.2", "192.0.2.3"
# Set in the process that has a network of its own.
MARK = "IN_A_NETWORK_OF_ITS_OWN"


def enter_own_network():
    """Starts this program again in a network namespace of its own, as root of a user namespace where it is not root. Says
    why there can be none; empty: it is in one."""
    if MARK in os.environ:
        return os.environ[MARK]
    words = ["unshare", "--net"] + ([] if os.geteuid() == 0 else ["--map-root-user"])
    missing = [program for program in ("unshare", "nsenter", "ip") if not shutil.which(program)]
    why = f"there is no {missing[0]}" if missing else ""
    if not why:
        tried = subprocess.run([*words, "ip", "link", "set", "lo", "up"], capture_output=True, text=True, check=False)
        why = tried.stderr.strip().replace("\n", " ") if tried.returncode else ""
    os.environ[MARK] = why
    again = [sys.executable, *sys.argv]
    os.execvp("unshare" if not why else sys.executable, words + again if not why else again)


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True)


class Neighbour:
    """The other machine, on a cable to this one. It goes with `end`."""

    def __init__(self):
        self._anchor = subprocess.Popen(["unshare", "--net", "sh", "-c", "echo there && exec cat"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._anchor.stdout.readline()
        ip("link", "set", "lo", "up")
        ip("link", "add", "cable", "type", "veth", "peer", "name", "eth0", "netns", str(self._anchor.pid))
        ip("address", "add", f"{HERE}/24", "dev", "cable")
        ip("link", "set", "cable", "up")
        for words in (["link", "set", "lo", "up"], ["address", "add", f"{THERE}/24", "dev", "eth0"],
                      ["link", "set", "eth0", "up"]):
            subprocess.run(self.words("ip", *words), check=True)

    def words(self, *command):
        """A command as one of that machine."""
        return ["nsenter", f"--net=/proc/{self._anchor.pid}/ns/net", *command]

    def end(self):
        self._anchor.kill()
        self._anchor.wait()
        self._anchor.stdin.close()
        self._anchor.stdout.close()

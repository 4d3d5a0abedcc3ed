"""Runs a command with limits in seconds of processor time, which a busy machine does not shorten; the whole group ends with it."""
import ctypes
import os
import resource
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

MOST_MEMORY = 24 << 30  # bytes of address space of a run: a mutant may ask for all there is
PR_SET_PDEATHSIG = 1
LONGEST_BUILD_S = 3600  # by the clock; a build that takes longer is an error of the campaign, never a kill
NO_END, NOT_BUILT, SPENT = 1000, 1001, 1002
LOOK_S, TICKS = 0.5, os.sysconf("SC_CLK_TCK")


@dataclass
class Ended:
    status: int  # of the command, negative: the signal that ended it; NO_END, NOT_BUILT, SPENT
    text: str
    counted: float  # seconds of processor time without builds


def used_s():
    """Processor time of all commands that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def session_s(leader):
    """Processor time so far of a session and of what it has waited for."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        if int(fields[3]) == leader:
            ticks += sum(int(field) for field in fields[11:15])
    return ticks / TICKS


def end_with_parent(limited):
    """In the child: it ends with a runner that is killed, and a run takes only so much memory."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if limited:
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


class Watch:
    """What a session has used, seen twice a second. counted: outside builds; still_s: by the clock, since it last used any."""

    def __init__(self, leader, building):
        self.leader, self.building = leader, building
        self.used = self.counted = self.still_s = 0.0
        self.last = time.monotonic()

    def look(self):
        now = time.monotonic()
        if now - self.last < LOOK_S:
            return
        more = max(session_s(self.leader) - self.used, 0.0)
        self.used += more
        if not self.building():
            self.counted += more
            self.still_s = 0.0 if more else self.still_s + now - self.last
        self.last = now


def run(command, log, limit_s=None, building=lambda: False, kept_open=(), most_s=None, **options):
    """Runs `command`, output to the file `log`. `limit_s`: of processor time while `building()` is false, or of standing still; NO_END.

    most_s: of processor time, builds or not; SPENT. kept_open: descriptors that the command inherits (the lock of the folder lasts as
    long as any of them lives)."""
    started, used = time.monotonic(), used_s()
    with open(log, "wb") as output:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                                 start_new_session=True, pass_fds=kept_open,
                                 preexec_fn=lambda: end_with_parent(bool(limit_s)), **options)
        status, watch, built = None, Watch(child.pid, building), False
        try:
            while status is None:
                try:
                    status = child.wait(timeout=0.05)
                except subprocess.TimeoutExpired:
                    watch.look()
                    built = built or building()
                    if limit_s and max(watch.counted, watch.still_s) > limit_s:
                        status = NO_END
                    elif time.monotonic() - started > LONGEST_BUILD_S:
                        status = NOT_BUILT
                    elif most_s is not None and watch.used > most_s:
                        status = SPENT
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
    with open(log, errors="replace") as said:
        return Ended(status, said.read(), watch.counted if built else used_s() - used)

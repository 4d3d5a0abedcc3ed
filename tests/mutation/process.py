"""Runs a command with a limit that counts its run alone, not what it builds first; the whole group ends with it."""
import ctypes
import os
import resource
import signal
import subprocess
import time
from dataclasses import dataclass

MOST_MEMORY = 24 << 30  # bytes of address space of a run: a mutant may ask for all there is
PR_SET_PDEATHSIG = 1
LONGEST_BUILD_S = 3600  # a build that takes longer is an error of the campaign, never a kill
NO_END, NOT_BUILT, SPENT = 1000, 1001, 1002


@dataclass
class Ended:
    status: int  # of the command, negative: the signal that ended it; NO_END, NOT_BUILT, SPENT
    text: str
    seconds: float
    counted: float = 0.0  # of them without builds


def end_with_parent(limited):
    """In the child: it ends with a runner that is killed, and a run takes only so much memory."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if limited:
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def run(command, log, limit_s=None, building=lambda: False, kept_open=(), deadline=None, **options):
    """Runs `command`, output to the file `log`. `limit_s` counts the time in which `building()` is false.

    deadline: on the monotonic clock, builds or not: SPENT.
    kept_open: descriptors that the command inherits (the lock of the folder lasts as long as any of them lives)."""
    started, counted, last = time.monotonic(), 0.0, time.monotonic()
    with open(log, "wb") as output:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                                 start_new_session=True, pass_fds=kept_open,
                                 preexec_fn=lambda: end_with_parent(bool(limit_s)), **options)
        status = None
        try:
            while status is None:
                try:
                    status = child.wait(timeout=0.05)
                except subprocess.TimeoutExpired:
                    now = time.monotonic()
                    counted, last = counted + (0 if building() else now - last), now
                    if limit_s and counted > limit_s:
                        status = NO_END
                    elif now - started > LONGEST_BUILD_S:
                        status = NOT_BUILT
                    elif deadline and now > deadline:
                        status = SPENT
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
    with open(log, errors="replace") as said:
        ended = time.monotonic()
        return Ended(status, said.read(), ended - started, counted + (0 if building() else ended - last))

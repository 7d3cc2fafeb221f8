"""Run a program with a deadline; whatever it started goes with it."""
import os
import signal
import subprocess
import tempfile
import time

import patience


class Outcome:
    def __init__(self, status, output, timed_out, seconds):
        self.status = status
        self.output = output
        self.timed_out = timed_out
        self.seconds = seconds


def end_group(process):
    """Ask, then make: worlds sweep up after themselves when they are asked."""
    for sig, seconds in ((signal.SIGTERM, 15), (signal.SIGKILL, 5)):
        try:
            os.killpg(process.pid, sig)
        except ProcessLookupError:
            return
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue


def ended(process, deadline):
    """Whether it ends before the deadline, of patience.now()."""
    deadline = max(deadline, patience.now() + 1)
    while True:
        try:
            process.wait(min(5, max(0.1, deadline - patience.now())))
            return True
        except subprocess.TimeoutExpired:
            if patience.now() >= deadline:
                return False


def run(argv, deadline, env=None, cwd=None):
    start = time.monotonic()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out,
                                   stderr=subprocess.STDOUT, env={**os.environ, **(env or {})},
                                   cwd=cwd, start_new_session=True)
        timed_out = False
        try:
            timed_out = not ended(process, deadline)
        except BaseException:
            end_group(process)
            raise
        end_group(process)
        process.wait()
        out.seek(0)
        output = out.read().decode(errors="replace")
    return Outcome(process.returncode, output, timed_out, time.monotonic() - start)

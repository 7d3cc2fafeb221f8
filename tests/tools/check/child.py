"""Run a program with a deadline; whatever it started goes with it."""
import os
import signal
import subprocess
import tempfile
import time


class Outcome:
    def __init__(self, status, output, timed_out, seconds):
        self.status = status
        self.output = output
        self.timed_out = timed_out
        self.seconds = seconds


def end_group(process):
    """Ask, then make: worlds sweep up after themselves when they are asked."""
    for sig, patience in ((signal.SIGTERM, 15), (signal.SIGKILL, 5)):
        try:
            os.killpg(process.pid, sig)
        except ProcessLookupError:
            return
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue


def run(argv, deadline, env=None, cwd=None):
    start = time.monotonic()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out,
                                   stderr=subprocess.STDOUT, env={**os.environ, **(env or {})},
                                   cwd=cwd, start_new_session=True)
        timed_out = False
        try:
            process.wait(max(1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            timed_out = True
        except BaseException:
            end_group(process)
            raise
        end_group(process)
        process.wait()
        out.seek(0)
        output = out.read().decode(errors="replace")
    return Outcome(process.returncode, output, timed_out, time.monotonic() - start)

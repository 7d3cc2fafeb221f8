"""How long is long: deadlines and quiet times are meant for a machine that does nothing else, and
are longer on one that has more to run than processors for it."""
import os
import time

SLOW = float(os.environ.get("GUEST_SLOW", "1"))  # factor on every deadline
AT_MOST = 10


def factor():
    """Now; 1 with what a few tests run at once themselves."""
    return max(SLOW, min(os.getloadavg()[0] / (4 * (os.cpu_count() or 1)), AT_MOST))


def long(seconds):
    """So many seconds of a machine that does nothing else, on this one."""
    return seconds * factor()


def until(condition, seconds, pause=0.05):
    """Ask again until it holds, and say what it said last. The load is looked at again and again:
    the deadline moves while it is high."""
    passed, seen = 0.0, time.monotonic()
    while not (value := condition()) and passed < seconds:
        time.sleep(pause)
        now = time.monotonic()
        passed, seen = passed + (now - seen) / factor(), now
    return value

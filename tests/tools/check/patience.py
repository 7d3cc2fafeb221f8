"""The clock of all deadlines here: they are meant for a machine that does nothing else, so while
more runs than it has processors for, a second counts for less."""
import os
import threading
import time

AT_MOST = 6
_LOCK = threading.Lock()
_STATE = {"seen": time.monotonic(), "passed": 0.0}


def factor():
    """How much longer things take now; 1 with what the suites run at once themselves."""
    return min(max(os.getloadavg()[0] / (4 * (os.cpu_count() or 1)), 1), AT_MOST)


def now():
    """Seconds that have passed. To be asked every few seconds; waits do."""
    with _LOCK:
        seen = time.monotonic()
        _STATE["passed"] += (seen - _STATE["seen"]) / factor()
        _STATE["seen"] = seen
        return _STATE["passed"]

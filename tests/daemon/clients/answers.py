"""Answers of a client program: run it as somebody, reduce its output to what can be compared."""
import concurrent.futures
import os
import re
import signal
import subprocess

import patience

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
CODES_FILE = os.path.join(ROOT, "common", "base", "error_codes.h")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# errors whose text is the detail alone
DETAIL_ONLY = [(re.compile(r"Failed to connect socket to "), 38),
               (re.compile(r"Cannot find 'virt\w+d?' in path"), 38)]


def known_texts():
    """Fixed text of every error code, longest first: what clients match on."""
    with open(CODES_FILE, encoding="utf-8") as header:
        rows = re.findall(r'X\((\w+), (\d+), "((?:[^"\\]|\\.)*)"\)', header.read())
    return sorted(((text, int(number)) for _, number, text in rows), key=lambda row: -len(row[0]))


TEXTS = known_texts()


def error_code(stderr):
    """The code of the error that a client printed last, as text; `-` where it tells none."""
    for line in reversed([line for line in stderr.splitlines() if line.startswith("error: ")]):
        text = line[7:].strip()
        for fixed, number in TEXTS:
            if text == fixed or text.startswith((fixed + ":", fixed + " for ", fixed + " in ")):
                return str(number)
        for pattern, number in DETAIL_ONLY:
            if pattern.match(text):
                return str(number)
    return "-"


def shape(stdout):
    """One line as it is, more as their number."""
    lines = [line.rstrip() for line in stdout.splitlines() if line.strip()]
    if not lines:
        return "-"
    if len(lines) == 1:
        return UUID.sub("UUID", lines[0].strip())
    return f"{len(lines)} lines"


class Answer:
    def __init__(self, status, stdout, stderr):
        self.status, self.stdout, self.stderr = status, stdout, stderr

    def cells(self):
        return [str(self.status), error_code(self.stderr), shape(self.stdout)]


def run(argv, user="root", seconds=20, interrupt_after=None):
    """Run a command as a user of the world. Status `hangs` when it does not end; with
    interrupt_after it is sent SIGINT after that many seconds, if it still runs then."""
    argv = ["world-as", user, *argv]
    with subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, errors="replace") as process:
        try:
            out, err = process.communicate(timeout=patience.long(interrupt_after or seconds))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT if interrupt_after else signal.SIGKILL)
            try:
                out, err = process.communicate(timeout=patience.long(seconds))
            except subprocess.TimeoutExpired:
                process.kill()
                out, err = process.communicate()
                return Answer("hangs", out, err)
            if not interrupt_after:
                return Answer("hangs", out, err)
    return Answer(process.returncode, out, err)


def run_all(jobs, workers=6):
    """jobs: {key: function} -> {key: result}, several at a time."""
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        futures = {key: pool.submit(job) for key, job in jobs.items()}
        return {key: future.result() for key, future in futures.items()}

"""Every call that only reads, asked about many guests by several clients at once, and how long
each took."""
import collections
import random
import threading
import time

import calls
import facts
import wire

KINDS = {"read", "sample", "query"}
KNOWN = facts.Facts()
CLIENTS = 6


def reading_calls():
    return [call for call in calls.served("virtqemud") if call.kind in KINDS]


class Answer:
    def __init__(self, call, guest, code, seconds):
        self.call, self.guest, self.code, self.seconds = call, guest, code, seconds

    def __repr__(self):
        return f"{self.call.name} of {self.guest}: error {self.code}, {self.seconds:.3f} s"


def ask(client, call, guest):
    """A stream that begins is left with its client."""
    began = time.monotonic()
    reply = client.ask(call.number, call.body(KNOWN, guest, {}), call.program)
    return Answer(call, guest.name, reply.code(), time.monotonic() - began)


def opened(path):
    client = wire.Client(path, seconds=60)
    assert client.open() == 0, "connection opens"
    return client


def work(path, pairs, answers):
    client = opened(path)
    for call, guest in pairs:
        if call.streams:
            other = opened(path)
            answers.append(ask(other, call, guest))
            other.close()
        else:
            answers.append(ask(client, call, guest))
    client.close()


def ask_all(path, pairs, seed=1):
    """Each pair of a call and a guest once, in any order: the answers, and how many came in a
    second."""
    pairs = list(pairs)
    random.Random(seed).shuffle(pairs)
    answers, began = collections.deque(), time.monotonic()
    threads = [threading.Thread(target=work, args=(path, pairs[number::CLIENTS], answers))
               for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(answers), len(pairs) / (time.monotonic() - began)


def percentile(answers, share):
    times = sorted(answer.seconds for answer in answers)
    return times[min(len(times) - 1, int(len(times) * share))]


def figures(answers):
    return ", ".join(f"{word} {percentile(answers, share) * 1000:.2f} ms"
                     for word, share in (("p50", 0.5), ("p99", 0.99), ("worst", 1)))

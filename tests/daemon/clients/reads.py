"""Every call that only reads, asked about many guests by several clients at once, and how long
each took."""
import collections
import concurrent.futures
import random
import threading
import time

import calls
import facts
import faults
import libvirt
import wire

KINDS = {"read", "sample", "query"}
KNOWN = facts.Facts()
DEVICES = ("<disk type='file'><source file='/var/tmp/{0}'/><target dev='vda' bus='virtio'/></disk>"
           "<video><model type='cirrus'/></video>")
CLIENTS = 6


def reading_calls():
    return [call for call in calls.served("virtqemud") if call.kind in KINDS]


def start(connection, name):
    """A guest that is held and has what there is to be asked about."""
    with open(f"/var/tmp/{name}", "wb") as image:
        image.truncate(1 << 20)
    document = faults.document(name, devices=DEVICES.format(name))
    return connection.createXML(document, libvirt.VIR_DOMAIN_START_PAUSED)


def start_many(connection, count):
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda number: start(connection, f"guest{number}"), range(count)))


def qemu_of(name):
    (pid,) = [pid for pid, guest in faults.processes().items() if guest == name]
    return pid


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


def work(path, pairs, answers, pause):
    client, due = opened(path), time.monotonic()
    for call, guest in pairs:
        time.sleep(max(0, due - time.monotonic()))
        due += pause
        if call.streams:
            other = opened(path)
            answers.append(ask(other, call, guest))
            other.close()
        else:
            answers.append(ask(client, call, guest))
    client.close()


def ask_all(path, pairs, seed=1, rate=0):
    """Each pair of a call and a guest once, in any order, as fast as it goes or at a rate: the
    answers, and how many came in a second."""
    pause = CLIENTS / rate if rate else 0
    pairs = list(pairs)
    random.Random(seed).shuffle(pairs)
    answers, began = collections.deque(), time.monotonic()
    threads = [threading.Thread(target=work, args=(path, pairs[number::CLIENTS], answers, pause))
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

"""What is measured, in parts. Each takes both worlds and how many rounds, and asks them by turns.

A part returns {row: {who: [value of each round]}}; who is stock, ours, and limits such as ping.
"""
import collections


class Rows:
    def __init__(self):
        self.rows = collections.defaultdict(lambda: collections.defaultdict(list))

    def add(self, row, who, value):
        self.rows[row][who].append(value)

    def add_line(self, row, who, line):
        """Time of one, and what it cost."""
        self.add(row, who, line["p50"])
        self.add(f"{row} p99", who, line["p99"])
        self.add(f"{row} client", who, line["client_cpu"])
        self.add(f"{row} daemon", who, line["daemon_cpu"])


def by_turns(worlds, rounds):
    """Each world in each round, now this one first, now the other."""
    for i in range(rounds):
        yield from worlds if i % 2 == 0 else worlds[::-1]


def image(world, first, last):
    world.shell(f"for i in $(seq {first} {last}); do "
                "truncate -s 16M /var/lib/libvirt/images/bench$(printf %05d $i).raw; done")


def calls(worlds, rounds):
    rows = Rows()
    for world in worlds:
        world.client("fill", 0, 1, world.template)
    for world in by_turns(worlds, rounds):
        rows.add("ping", world.name, world.client("ping", 10000)["ping"]["p50"])
        for what, line in world.client("calls", 3000, "bench00000").items():
            rows.add_line(what, world.name, line)
        rows.add_line("opens", world.name, world.client("opens", 200)["opens"])
        if not world.stock:
            relayed = world.client("calls", 3000, "bench00000", uri="qemu:///system?mode=legacy")
            for what, line in relayed.items():
                rows.add_line(what, "relayed", line)
    return rows.rows


def rate(worlds, rounds):
    rows = Rows()
    for world in by_turns(worlds, rounds):
        lines = world.client("rate", 64, 2000)
        rows.add("rate", world.name, lines["count"]["n"] / (lines["rate"]["p50"] / 1e6))
        rows.add("rate daemon", world.name, lines["rate"]["daemon_cpu"])
        rows.add("rate client", world.name, lines["rate"]["client_cpu"])
    return rows.rows


def define(worlds, rounds):
    rows = Rows()
    for where in ("tmpfs", "disk", "disk, equally durable"):
        for world in worlds:
            if where == "disk":
                etc = f"{world.disk}/etc"
                world.shell(f"mkdir -p {etc} && cp -a /etc/libvirt/. {etc}/ && "
                            f"mount --bind {etc} /etc/libvirt")
            world.restart()
            if world.stock and where == "disk, equally durable":
                world.make_durable()
            world.client("define", 20, world.template)
        for world in by_turns(worlds, rounds):
            for what, line in world.client("define", 200, world.template).items():
                rows.add_line(f"{what} on {where}", world.name, line)
    return rows.rows


def many(worlds, rounds):
    rows = Rows()
    for world in worlds:
        world.restart()
    have = 0
    for count, times in ((1000, 5), (10000, 2)):
        for world in worlds:
            world.client("fill", have, count, world.template)
        have = count
        if count == 1000:
            for world in worlds:
                world.restart()
                world.client("many", 1, "list")
                rows.add("memory with 1000", world.name, world.ask(pss=[world.daemon]))
        for world in by_turns(worlds, rounds):
            for call in ("list", "stats", "xml"):
                if call == "xml" and count > 1000:
                    continue
                line = world.client("many", times, call)[call]
                rows.add_line(f"{call} of {count}", world.name, line)
    for world in worlds:
        world.run("world-ctl", "stop", world.daemon)
        world.shell("find /etc/libvirt/qemu /run/libvirt/qemu -name 'bench*.xml' -delete")
        world.run("world-ctl", "start", world.daemon)
    return rows.rows


def guests(worlds, rounds):
    rows = Rows()
    for world in worlds:
        image(world, 0, 20)
        world.client("fill", 0, 21, world.template)
        world.client("start", 1, "bench00000")
    for world in by_turns(worlds, rounds):
        for what, line in world.client("start", 3, "bench00000").items():
            rows.add(what, world.name, line["p50"] / 1000)
            rows.add(f"{what} daemon", world.name, line["daemon_cpu"] / 1000)
        world.run("virsh", "start", "--paused", "bench00000")
        for value in world.ask(bare=["bench00000", 3]):
            rows.add("bare start", world.name, value)
    return rows.rows


def running(worlds, rounds):
    rows = Rows()
    for world in worlds:
        image(world, 1, 20)
        world.client("fill", 1, 21, world.template)
        world.shell("for i in $(seq 1 20); do virsh start bench$(printf %05d $i); done; sleep 3")
    for world in by_turns(worlds, rounds):
        line = world.client("many", 20, "stats")["stats"]
        rows.add_line("stats of 20 running", world.name, line)
        rows.add_line("list of 20 running", world.name, world.client("many", 20, "list")["list"])
    for world in worlds:
        world.shell("for i in $(seq 1 20); do virsh destroy bench$(printf %05d $i); done")
    return rows.rows


def daemon(worlds, rounds):
    rows = Rows()
    for world in worlds:
        world.shell("find /etc/libvirt/qemu -name 'bench*.xml' -delete")
        world.restart()
    for world in by_turns(worlds, rounds):
        world.run("world-ctl", "restart", world.daemon)
        world.run("virsh", "version")
        rows.add("memory idle", world.name, world.ask(pss=[world.daemon]))
        rows.add("memory of all", world.name, world.ask(pss=world.all))
        world.run("world-ctl", "stop", world.daemon)
        for kind in ("cached", "probing"):
            if kind == "probing":
                world.shell("rm -rf /var/cache/libvirt/qemu/*")
            for what, line in world.client("up", world.socket, world.template,
                                           f"/usr/sbin/{world.daemon}").items():
                rows.add(f"{what}, {kind}", world.name, line["p50"] / 1000)
        world.run("world-ctl", "start", world.daemon)
    return rows.rows


ALL = {"calls": calls, "rate": rate, "define": define, "many": many, "guests": guests,
       "running": running, "daemon": daemon}

"""Two worlds side by side: the stock daemon in one, ours in the other. One is asked at a time."""
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
GUEST = """<domain type='qemu'><name>bench@</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='q35'>hvm</type></os><features><acpi/><apic/></features>
<devices><disk type='file' device='disk'><driver name='qemu' type='raw'/>
<source file='/var/lib/libvirt/images/bench@.raw'/><target dev='vda' bus='virtio'/></disk>
<interface type='user'><model type='virtio'/></interface><serial type='pty'/><console type='pty'/>
<video><model type='vga'/></video><graphics type='vnc' autoport='yes'/></devices></domain>
"""


class World:
    def __init__(self, name, build, disk):
        self.name, self.stock, self.disk = name, name == "stock", disk
        self.daemon = "libvirtd" if self.stock else "virtqemud"
        self.all = ["libvirtd"] if self.stock else [
            "virtqemud", "virtproxyd", "virtnetworkd", "virtstoraged", "virtnodedevd"]
        self.socket = f"/run/libvirt/{'libvirt' if self.stock else 'virtqemud'}-sock"
        self.client_path = os.path.join(build, "tests", "bench", "bench-client")
        self.template = os.path.join(disk, "guest.xml")
        env = {**os.environ, "WORLD_SHARE": f"{build} {disk}"}
        env.update({"WORLD_STOCK": "1"} if self.stock else {"DAEMON_DIR": build})
        argv = [os.path.join(ROOT, "tests", "world"), os.path.join(HERE, "inside")]
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env=env)

    def ask(self, **request):
        try:
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        line = self.process.stdout.readline()
        if not line and self.process.wait() == 77:
            sys.exit(77)  # the world has said why there is no stock daemon here
        if not line:
            raise RuntimeError(f"the world of {self.name} is gone: status {self.process.wait()}")
        answer = json.loads(line)
        if "failed" in answer:
            raise RuntimeError(f"{self.name}: {answer['failed']}")
        return answer["ok"]

    def run(self, *argv):
        return self.ask(run=list(argv))

    def shell(self, text):
        return self.ask(run=["sh", "-ec", text])

    def pid(self):
        return self.run("world-ctl", "pid", self.daemon).strip()

    def restart(self):
        for name in self.all:
            self.run("world-ctl", "restart", name)

    def make_durable(self):
        """Stock's daemon syncs folders too from now on."""
        self.run("world-ctl", "stop", self.daemon)
        preload = os.path.join(os.path.dirname(self.client_path), "bench-durable.so")
        self.shell(f"LD_PRELOAD={preload} world-ctl start {self.daemon}")

    def client(self, command, *args, uri="qemu:///system"):
        """What the client measured: {what: line}."""
        head = [] if command == "ping" else [uri]
        if command not in ("ping", "fill", "up"):
            head.append(self.pid())
        lines = self.run(self.client_path, command, *head, *map(str, args)).splitlines()
        return {line["what"]: line for line in map(json.loads, lines)}

    def end(self):
        self.process.stdin.close()
        return self.process.wait(60)


def pair(build, scratch):
    """The worlds, with a folder each on the disk of `scratch`."""
    worlds = []
    for name in ("stock", "ours"):
        disk = os.path.join(scratch, name)
        os.makedirs(disk, exist_ok=True)
        with open(os.path.join(disk, "guest.xml"), "w", encoding="utf-8") as out:
            out.write(GUEST)
        worlds.append(World(name, build, disk))
    for world in worlds:
        world.run("true")
    return worlds

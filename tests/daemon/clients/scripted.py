"""Scripted QEMUs (tests/fake/qemu.c), each guest by a script of its own behind one emulator: what
one heard is written down, so that a test can let it fail at each of those commands.
"""
import os
import re
import shutil
import threading
import time

import answers
import faults
import libvirt

FOLDER = "/usr/local/lib/scripted"
QEMU = f"{FOLDER}/qemu"
ROW = re.compile(r'\bX\(\w+,\s+"([\w-]+)",(?:\s*"[^"]*")+,\s+\w+,\s+(\d+),')
WRAPPER = f"""#!/bin/sh
all="$*"
case $all in
*"-name guest="*) name=${{all#*-name guest=}}; exec {FOLDER}/${{name%%,*}}/fake "$@";;
esac
exec {faults.QEMU} "$@"
"""
# every kind of thing that a start tells QEMU by the monitor
DEVICES = """<disk type='file'><source file='/var/tmp/scripted.raw'/><target dev='vda'/>
<iotune><total_iops_sec>100</total_iops_sec></iotune></disk>
<interface type='user'><mac address='52:54:00:00:dd:01'/><model type='virtio'/><link state='down'/>
</interface><serial type='pty'/><graphics type='vnc' passwd='secret'/>
<memballoon model='virtio'><stats period='5'/></memballoon>"""


def prepare():
    os.makedirs(FOLDER, exist_ok=True)
    shutil.copy(faults.FAKE, f"{FOLDER}/fake")
    with open(QEMU, "w", encoding="ascii") as file:
        file.write(WRAPPER)
    os.chmod(QEMU, 0o755)
    with open("/var/tmp/scripted.raw", "wb") as image:
        image.truncate(1 << 20)


def document(name, script="", on_reboot="destroy"):
    """Of a guest whose QEMU goes by the script; one that ends on a reboot tells QEMU so."""
    folder = f"{FOLDER}/{name}"
    os.makedirs(folder, exist_ok=True)
    if not os.path.exists(f"{folder}/fake"):
        os.symlink("../fake", f"{folder}/fake")
    with open(f"{folder}/fake.script", "w", encoding="ascii") as file:
        file.write(script + "\n")
    with open(f"{folder}/fake.heard", "w", encoding="ascii"):
        os.chmod(f"{folder}/fake.heard", 0o666)
    text = faults.document(name, QEMU, DEVICES)
    text = text.replace("<os>", "<currentMemory unit='MiB'>24</currentMemory><os>")
    return text.replace("</os>", f"</os><on_reboot>{on_reboot}</on_reboot>")


def heard(name):
    with open(f"{FOLDER}/{name}/fake.heard", encoding="ascii") as file:
        return file.read().split()


def deadlines():
    """Seconds that each command is given, by the table of commands."""
    with open(os.path.join(answers.ROOT, "virtqemud", "qmp", "command_rows.h"),
              encoding="utf-8") as file:
        text = file.read().replace("\\\n", "")
    return {name: int(number) / 1000 for name, number in ROW.findall(text)}


class Neighbour(threading.Thread):
    """Asks about another guest all the time; the worst answer."""

    def __init__(self, uri, name="neighbour"):
        super().__init__(daemon=True)
        self.connection = libvirt.open(uri)
        self.domain = self.connection.createXML(document(name), 0)
        self.worst, self.wrong, self.ended = 0, [], threading.Event()
        self.start()

    def run(self):
        while not self.ended.wait(0.05):
            began = time.monotonic()
            try:
                state = self.domain.state()
                self.domain.blockIoTune("vda")
                self.connection.listAllDomains()
            except libvirt.libvirtError as error:
                state = str(error)
            self.worst = max(self.worst, time.monotonic() - began)
            if state != [libvirt.VIR_DOMAIN_RUNNING, libvirt.VIR_DOMAIN_RUNNING_BOOTED]:
                self.wrong.append(state)

    def end(self):
        self.ended.set()
        self.join(10)
        self.domain.destroy()

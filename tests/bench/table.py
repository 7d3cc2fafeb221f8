"""From figures to the table of docs/performance.md, each row beside its target."""
import json
import os
import platform
import re
import statistics

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"

# (text, unit, row, how it is judged, target); how: "ratio" ours / stock, "excess" the same above
# the limit, "more" ours / stock where more is better, "relayed" through virtproxyd / direct,
# "over" ours - limit
TARGETS = [
    ("library version, one call", "µs", "version", "excess", 0.5),
    ("guest's info, one call", "µs", "info", "excess", 0.5),
    ("look-up by name, one call", "µs", "lookup", "excess", 0.5),
    ("XML of a guest, one call", "µs", "xml", "excess", 0.5),
    ("daemon's CPU, library version", "µs", "version daemon", "ratio", 0.35),
    ("daemon's CPU, info", "µs", "info daemon", "ratio", 0.35),
    ("daemon's CPU, look-up", "µs", "lookup daemon", "ratio", 0.35),
    ("daemon's CPU, XML", "µs", "xml daemon", "ratio", 0.35),
    ("client's CPU, library version", "µs", "version client", None, None),
    ("calls a second, 64 connections", "", "rate", "more", 1.8),
    ("daemon's CPU a call, 64 connections", "µs", "rate daemon", "ratio", 0.35),
    ("client's CPU a call, 64 connections", "µs", "rate client", None, None),
    ("library version through virtproxyd", "µs", "version", "relayed", 1.5),
    ("info through virtproxyd", "µs", "info", "relayed", 1.5),
    ("look-up through virtproxyd", "µs", "lookup", "relayed", 1.5),
    ("XML through virtproxyd", "µs", "xml", "relayed", 1.5),
    ("open and close", "µs", "opens", "ratio", 0.7),
    ("define, on disk, equally durable", "µs", "define on disk, equally durable", "ratio", 0.7),
    ("undefine, on disk, equally durable", "µs", "undefine on disk, equally durable", "ratio", 1.0),
    ("define, on disk, stock as it is", "µs", "define on disk", None, None),
    ("undefine, on disk, stock as it is", "µs", "undefine on disk", None, None),
    ("define, on tmpfs", "µs", "define on tmpfs", "ratio", 0.7),
    ("undefine, on tmpfs", "µs", "undefine on tmpfs", "ratio", 1.0),
    ("list of 1,000", "µs", "list of 1000", "ratio", 0.5),
    ("list of 10,000", "µs", "list of 10000", "ratio", 0.5),
    ("bulk statistics of 1,000 inactive", "µs", "stats of 1000", "ratio", 0.25),
    ("bulk statistics of 10,000 inactive", "µs", "stats of 10000", "ratio", 0.25),
    ("1,000 XML dumps", "µs", "xml of 1000", "ratio", 0.5),
    ("bulk statistics of 20 idle running", "µs", "stats of 20 running", "ratio", 0.2),
    ("start, paused, over bare QEMU", "ms", "start", "over", 40),
    ("destroy", "ms", "destroy", "ratio", 0.15),
    ("exec to socket ready", "ms", "opened, cached", "ratio", 0.25),
    ("exec to first define, with probing", "ms", "defined, probing", "ratio", 0.4),
    ("Pss idle", "KiB", "memory idle", "ratio", 0.45),
    ("Pss with 1,000 definitions", "KiB", "memory with 1000", "ratio", 0.5),
    ("Pss idle of all five, to stock's one", "KiB", "memory of all", "ratio", 1.2),
]
LIMITS = {"excess": "ping", "over": "bare start"}


def first(pattern, path):
    with open(path, encoding="utf-8") as text:
        match = re.search(pattern, text.read(), re.M)
    return match.group(1).strip() if match else "unknown"


def machine(stock):
    """One line on where this was measured."""
    memory = int(first(r"^MemTotal: +(\d+)", "/proc/meminfo")) / 1048576
    qemu = re.search(r"version ([\d.]+)", stock.run("qemu-system-x86_64", "--version")).group(1)
    daemon = stock.run("libvirtd", "--version").split()[-1]
    model = first("^model name.*: (.*)", "/proc/cpuinfo")
    kind = "virtual" if "hypervisor" in first("^flags.*: (.*)", "/proc/cpuinfo") else "real"
    return (f"{model}, {os.cpu_count()} cores of a {kind} machine, {memory:.0f} GiB, "
            f"Linux {platform.release()}, QEMU {qemu} (TCG), stock libvirt {daemon}; load average "
            f"{os.getloadavg()[1]:.0f} when the last part ended")


def spread(values):
    """Half the distance of the outer quartiles, in per cent of the median."""
    if len(values) < 3:
        return 0
    low, _, high = statistics.quantiles(values, n=4)
    return 50 * (high - low) / statistics.median(values)


def figures(rows, name, how):
    """(limit, stock, ours, value) or None."""
    row = rows.get(name)
    if not row:
        return None
    middle = {who: statistics.median(values) for who, values in row.items()}
    stock, ours = middle["stock"], middle["ours"]
    limit = None
    if how in LIMITS:
        both = rows[LIMITS[how]]
        limit = statistics.median(both["ours"] + (both["stock"] if how == "excess" else []))
    if how == "relayed":
        return ours, None, middle["relayed"], middle["relayed"] / ours
    if how == "excess":
        return limit, stock, ours, (ours - limit) / (stock - limit)
    if how == "over":
        return limit, stock, ours, ours - limit
    return limit, stock, ours, ours / stock


def number(value):
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def make(folder, order):
    """The table as text, and how many targets are missed."""
    rows, about, rounds = {}, "", []
    for name in order:
        path = os.path.join(folder, f"{name}.json")
        if os.path.exists(path):
            with open(path, encoding="utf-8") as text:
                part = json.load(text)
            rows.update(part["rows"])
            about = part["machine"]
            rounds.append(part["rounds"])
    lines = [f"{about}. Medians of {min(rounds, default=0)} rounds or more, by turns; "
             "± is half the quartiles' distance.", "",
             "| what | unit | limit | stock | ours | value | target | |",
             "|---|---|---|---|---|---|---|---|"]
    missed = 0
    for text, unit, name, how, target in TARGETS:
        found = figures(rows, name, how)
        if found is None:
            lines.append(f"| {text} | {unit} | | | | | | not measured |")
            continue
        limit, stock, ours, value = found
        good = target is None or (value >= target if how == "more" else value <= target)
        missed += not good
        unsure = spread(rows[name]["relayed" if how == "relayed" else "ours"])
        aim = "" if target is None else f"{'≥' if how == 'more' else '≤'} {target}"
        shown = f"{'+' if how == 'over' else ''}{value:.2f}"
        lines.append(f"| {text} | {unit} | {number(limit)} | {number(stock)} | "
                     f"{number(ours)} ± {unsure:.0f} % | {shown} | {aim} | "
                     f"{'' if good else 'missed'} |")
    return "\n".join(lines) + "\n", missed


def write(path, table):
    with open(path, encoding="utf-8") as text:
        page = text.read()
    head, rest = page.split(BEGIN, 1)
    tail = rest.split(END, 1)[1]
    with open(path, "w", encoding="utf-8") as out:
        out.write(f"{head}{BEGIN}\n{table}{END}{tail}")

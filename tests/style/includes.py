#!/usr/bin/env python3
"""Includes point down, by the layers of docs/architecture.md; own header first, then system, then
ours; headers do not include each other in a circle."""

import re
import sys
from pathlib import Path

import tree

# What a folder of common/ may include beside itself.
LAYERS = {
    "base": set(),
    "spec": {"base"},
    "auth": {"base", "spec"},
    "store": {"base", "spec"},
    "host": {"base", "spec"},
    "image": {"base"},
    "conf": {"base", "spec"},
    "rpc": {"base", "spec", "auth", "conf"},
    "client": {"base", "spec", "auth", "rpc"},
    "daemon": {"base", "spec", "auth", "store", "host", "conf", "rpc"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.M)


def includes(text):
    """(line, is_ours, path) of each include."""
    return [
        (text.count("\n", 0, match.start()) + 1, match.group(1) == '"', match.group(2))
        for match in INCLUDE.finditer(text)
    ]


def layer_problem(path, target):
    """Why `path` may not include `target`, or None."""
    here, there = Path(path).parts, Path(target).parts
    if here[0] == "tests":
        return None
    if len(there) < 2:
        return "is not named from the top of the tree"
    if there[0] == "tests":
        return "is a test's"
    if there[0] in tree.PROGRAMS:
        return None if here[0] == there[0] else f"belongs to {there[0]}"
    if here[0] == "common" and there[0] == "common" and here[1] != there[1]:
        if here[1] not in LAYERS:
            return f"common/{here[1]} has no row in the layer table"
        if there[1] not in LAYERS[here[1]]:
            return f"common/{here[1]} may not include common/{there[1]}"
    return None


def order_problem(path, found, own):
    groups = []
    if found and found[0][1] and Path(found[0][2]).parent == Path(path).parent:
        first = Path(found[0][2]).stem
        if own is None or first.startswith(Path(path).stem + "_"):
            own = found[0][2]  # a further source of a noun, or the noun's private header
    for _, is_ours, target in found:
        groups.append(0 if target == own else 2 if is_ours else 1)
    if own is not None and (not groups or groups[0] != 0):
        return f'{path}: the first include is not its own header "{own}"'
    if groups != sorted(groups):
        return f"{path}: order of includes is own header, system, ours"
    return None


def find_cycle(graph):
    state = {}

    def visit(node, trail):
        state[node] = "open"
        for after in graph.get(node, ()):
            if state.get(after) == "open":
                return trail + [node, after]
            if after not in state:
                cycle = visit(after, trail + [node])
                if cycle:
                    return cycle
        state[node] = "done"
        return None

    for node in graph:
        if node not in state:
            cycle = visit(node, [])
            if cycle:
                return cycle
    return None


def check(root):
    problems, graph = [], {}
    for path in tree.files(root, ".c", ".h"):
        text = tree.read(root, path)
        found = includes(text)
        ours = [(line, target) for line, is_ours, target in found if is_ours]
        for line, target in ours:
            why = layer_problem(path, target)
            if why:
                problems.append(f'{path}:{line}: "{target}" {why}')
        if path.parts[0] != "tests":
            header = path.with_suffix(".h")
            own = str(header) if path.suffix == ".c" and (root / header).exists() else None
            why = order_problem(path, found, own)
            if why:
                problems.append(why)
        if path.suffix == ".h":
            graph[str(path)] = [target for _, target in ours]
            if "#pragma once" not in text:
                problems.append(f"{path}: no #pragma once")
    cycle = find_cycle(graph)
    if cycle:
        problems.append("headers include each other: " + " -> ".join(cycle))
    return problems


if __name__ == "__main__":
    sys.setrecursionlimit(10000)
    tree.run(check)

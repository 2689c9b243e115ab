# SPDX-License-Identifier: MIT
"""Runs cases, several at a time, each in a process and in namespaces of its own, and prints TAP."""

import multiprocessing
import os
import shutil
import subprocess
import sys
import traceback

from case_kit import CASES, Wrong
from case_world import World

AT_ONCE = 16  # most of them wait most of the time


def perform(name):
    """In a process of its own, which ends with it: threads and namespaces are its own."""
    function, cable = CASES[name]
    world = World(name, shutil.which("minidhcp-client"))
    try:
        if cable:
            world.cable()
        function(world)
        return None
    except Wrong as wrong:
        return str(wrong) + "\n" + "".join(world.log(i)[-1500:] for i in range(len(world.clients)) if
                                           os.path.exists(world.path(f"log{i}")))
    except Exception:  # pylint: disable=broad-except
        return traceback.format_exc()
    finally:
        world.close()
        if hasattr(world, "far_space"):
            subprocess.run(["ip", "netns", "del", world.far_space], check=False)


def main():
    wanted = sys.argv[1:]
    names = [name for name in CASES if not wanted or any(part in name for part in wanted)]
    # forked: what was read by one is there in all
    with multiprocessing.get_context("fork").Pool(AT_ONCE, maxtasksperchild=1) as pool:
        for number, (name, problem) in enumerate(zip(names, pool.imap(perform, names, chunksize=1)), 1):
            print(("ok" if problem is None else "not ok"), number, "-", name, flush=True)
            for line in (problem or "").splitlines():
                print("#", line, flush=True)
    print(f"1..{len(names)}")

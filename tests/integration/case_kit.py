# SPDX-License-Identifier: MIT
"""What the modules of cases share: the list of them, and what they judge by."""

import json
import os
import time

CASES = {}


def case(name, cable=True):
    def keep(function):
        CASES[name] = (function, cable)
        return function
    return keep


class Wrong(Exception):
    pass


def must(holds, what, detail=""):
    if not holds:
        raise Wrong(f"{what}: {detail}" if detail != "" else what)


def hex_option(text):
    return bytes.fromhex(text)


def quick(w, *more, timeout="4s"):
    """A lease, or not, without looking for conflicts."""
    return w.client("-i", "c0", "--acd=off", f"--timeout={timeout}", "--state-file=", *more)


def wait_for(patience, condition):
    """True as soon as the condition holds; its last value when time is up, which is longer on a busy machine."""
    end = time.monotonic() + 4 * patience
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    return condition()


def has(w, text, selector=""):
    """Whether there is such a route."""
    return any(text in route + " " for route in w.routes(selector))


def applied(w, patience=8, *more, **how):
    """The service, as soon as it has configured an address."""
    process = w.start(*more, **how)
    must(wait_for(patience, lambda: w.addresses(how.get("interface", "c0"))), "an address", w.log(len(w.clients) - 1))
    time.sleep(0.3)
    return process


def script(w, text):
    path = w.path("script")
    with open(path, "w", encoding="ascii") as file:
        file.write("#!/bin/sh\n" + text)
    os.chmod(path, 0o755)
    return path


def state_file(w, address, server, obtained_at=None, lease=3600):
    """A state as the client writes it, from a lease of another run."""
    keep = w.servers.get("s0", [])
    w.servers["s0"] = []
    w.serve(address=server, gives=address, lease=lease, mask="255.255.255.0")
    path = w.path("state.json")
    done = w.client("-i", "c0", "--acd=off", f"--state-file={path}", "--timeout=5s")
    must(done.returncode == 0, "a lease to begin with", done.stderr)
    w.servers["s0"] = keep
    if obtained_at is not None:
        with open(path, encoding="utf-8") as file:
            state = json.load(file)
        state["ObtainedUSec"] = obtained_at
        for key in [key for key in state if "Boot" in key]:
            del state[key]
        with open(path, "w", encoding="utf-8") as file:
            json.dump(state, file)
    w.messages.clear()
    return path

# SPDX-License-Identifier: MIT
"""A person who has logged in at a terminal.

    terminal.py USER KEYS COMMAND [ARGUMENT…]

Runs the command in a session of the user, which logind knows, and on a new pseudo-terminal which controls it.
When a password is asked for, types KEYS: a line, "^C", or "@FILE" for the line in FILE once that is there;
nothing if empty, and only once. Prints what the terminal shows until the command ends, or hangs for half a
minute, and exits with its status. A terminal that is left without an echo is told about.
"""

import os
import pty
import select
import shlex
import signal
import sys
import termios
import time

PATIENCE = 30
COLUMNS = 1000  # no sentence is broken


def log_in(user, command):
    """Return: the child and the terminal, whose other end controls it. Nobody but root can."""
    child, terminal = pty.fork()
    if child == 0:
        # a mere "-c" takes the terminal away
        os.execvp("runuser", ["runuser", "-l", user, "--session-command=exec " + shlex.join(command)])
    termios.tcsetwinsize(terminal, (24, COLUMNS))
    return child, terminal


def echoes(terminal):
    return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)


def wait_until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)


def line_of(keys):
    if keys == "^C":
        return b"\x03"
    if not keys.startswith("@"):
        return keys.encode() + b"\n"
    wait_until(lambda: os.path.exists(keys[1:]))
    with open(keys[1:], "rb") as file:
        return file.read()


def watch(terminal, keys):
    """Return: whether the command has ended."""
    line_shown = b""
    while select.select([terminal], [], [], PATIENCE)[0]:
        try:
            data = os.read(terminal, 4096)
        except OSError:  # nobody has it open any more
            return True
        sys.stdout.write(data.decode(errors="replace").replace("\r", ""))
        sys.stdout.flush()
        line_shown = (line_shown + data).rpartition(b"\n")[2]
        if keys and line_shown == b"Password: ":
            wait_until(lambda: not echoes(terminal))
            os.write(terminal, line_of(keys))
            keys = ""
    return False


def main():
    user, keys, *command = sys.argv[1:]
    child, terminal = log_in(user, command)
    if not watch(terminal, keys):
        print("the command hangs")
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if not echoes(terminal):
        print("the terminal does not echo")
    code = os.waitstatus_to_exitcode(status)
    sys.exit(code if code >= 0 else 128 - code)


main()

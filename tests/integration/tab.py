# SPDX-License-Identifier: MIT
"""A person who types into a shell and presses Tab.

    tab.py TEXT COMMAND [ARGUMENT…]

Runs an interactive shell on a pseudo-terminal, waits for its prompt "READY> ", types TEXT and Tab until nothing new is
shown, and prints what the terminal shows from then on, without escape sequences: the line as it has become, and the
choices.
"""

import os
import pty
import re
import select
import signal
import sys
import termios
import time

PROMPT = b"READY> "
PATIENCE = 20  # for the prompt
QUIET = 1.5  # no answer comes after that


def read_until(terminal, condition, patience):
    shown = b""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and not condition(shown):
        ready, _, _ = select.select([terminal], [], [], 0.1)
        if ready:
            try:
                shown += os.read(terminal, 65536)
            except OSError:
                break
            if condition is never:
                deadline = time.monotonic() + patience
    return shown


def never(_shown):
    return False


def main():
    text, command = sys.argv[1], sys.argv[2:]
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="dumb", PS1=PROMPT.decode(), HISTFILE="/dev/null")
        os.execvp(command[0], command)
    termios.tcsetwinsize(terminal, (200, 400))
    if PROMPT not in read_until(terminal, lambda shown: PROMPT in shown, PATIENCE):
        sys.exit("no prompt")
    os.write(terminal, text.encode())
    shown = read_until(terminal, never, QUIET / 3)
    for _ in range(2):
        os.write(terminal, b"\t")
        shown += read_until(terminal, never, QUIET)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    shown = re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|[\a\r]", b"", shown)
    # what was typed and taken back by the cursor
    shown = re.sub(rb".\x08", b"", shown)
    sys.stdout.buffer.write(shown + b"\n")


main()

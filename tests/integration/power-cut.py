#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Makes of a state directory what a power cut might have left.

    power-cut.py CONTROL DIRECTORY

Runs before each start of the service and does nothing unless CONTROL/cut exists, which it removes. CONTROL/image is
what faulty-disk.c knows to be durable: the least that may be there. A file system may have written more, in any
order, so that by chance

  - the names are those of the last sync of the directory, or those of now,
  - each file has some of the bytes that were not synced, or NULs in their place.

CONTROL/cuts gets a line about each cut."""

import os
import random
import shutil
import sys

LEASE_FILE = "leases.csv"
NEW_FILE = ".leases.csv.tmp"

control, directory = sys.argv[1:]
image = os.path.join(control, "image")


def durable(inode):
    path = os.path.join(image, str(inode))
    if not os.path.exists(path):
        return b""
    with open(path, "rb") as file:
        return file.read()


def what_is_left(path):
    """Of a file that has a name now: at least what was synced."""
    with open(path, "rb") as file:
        content = file.read()
        synced = durable(os.fstat(file.fileno()).st_ino)
    tail = content[len(synced):]
    tail = tail[:random.randint(0, len(tail))]
    if random.random() < 0.25:
        tail = bytes(len(tail))
    return synced + tail, len(tail)


def put(name, content, model):
    path = os.path.join(directory, name)
    if os.path.exists(path):
        os.unlink(path)
    with open(path, "wb") as file:
        file.write(content)
    os.chown(path, model.st_uid, model.st_gid)
    os.chmod(path, model.st_mode & 0o777)


def cut():
    current, new = (os.path.join(directory, name) for name in (LEASE_FILE, NEW_FILE))
    named = os.path.join(image, LEASE_FILE)
    model = os.stat(current)
    rewriting = os.path.exists(new)
    renamed = not os.path.samefile(named, os.path.join(image, str(model.st_ino)))

    content, n_more = what_is_left(current)
    if renamed and random.random() < 0.5:
        with open(named, "rb") as file:
            content, n_more = file.read(), 0
    if rewriting:
        put(NEW_FILE, what_is_left(new)[0], model)
    put(LEASE_FILE, content, model)
    with open(os.path.join(control, "cuts"), "a", encoding="ascii") as file:
        file.write(f"rewriting={rewriting:d} renamed={renamed:d} unsynced-bytes={n_more}\n")


flag = os.path.join(control, "cut")
if os.path.exists(flag):
    os.unlink(flag)
    cut()
    for entry in os.listdir(image):
        os.unlink(os.path.join(image, entry))

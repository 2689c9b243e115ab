#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Is every lease there that was acknowledged?

    leases.py ACKED SOURCE...

ACKED is the load generator's log, ADDRESS,HARDWARE-ADDRESS a line, appended to before anything is sent because
of the ACK. It is read before the sources, so that these may change meanwhile. A source is a lease file, or "memory":
what the daemon tells over the bus. In each, every acknowledged address must be bound to the client that has it,
and no client and no address may be there twice. Prints what is wrong and exits 1, or how much was right."""

import csv
import json
import subprocess
import sys

TOLD_MAX = 10


def read_acked(path):
    """Owner by address; complete lines only, the last one may still be written."""
    owners, problems = {}, []
    with open(path, encoding="ascii") as file:
        for line in file.read().rpartition("\n")[0].splitlines():
            address, hardware = line.split(",")
            other = owners.setdefault(address, hardware)
            if other != hardware:
                problems.append(f"{address} was acknowledged to {other} and to {hardware}")
    return owners, problems


def read_file(path):
    """The last row of each address that is complete; a torn or foreign line is no row."""
    rows = {}
    with open(path, newline="", encoding="utf-8", errors="surrogateescape") as file:
        lines = (line for line in file if "\0" not in line and line.endswith("\n"))
        for row in csv.DictReader(lines):
            if None not in row.values():
                rows[row["address"]] = (row["hardware_address"], row["state"])
    return list((address, *row) for address, row in rows.items())


def read_memory():
    command = ["minidhcpctl", "--json=short", "list-leases"]
    output = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    leases = output["Leases"] if isinstance(output, dict) else output
    return [(lease["Address"], lease["HardwareAddress"], lease["State"]) for lease in leases]


def check(acked, leases, name):
    problems, owners, addresses = [], {}, {}
    for address, hardware, state in leases:
        if address in owners:
            problems.append(f"{name}: {address} is there twice")
        owners[address] = (hardware, state)
        if state == "bound" and addresses.setdefault(hardware, address) != address:
            problems.append(f"{name}: {hardware} has {addresses[hardware]} and {address}")
    for address, hardware in acked.items():
        found = owners.get(address)
        if found != (hardware, "bound"):
            problems.append(f"{name}: {address} was acknowledged to {hardware}, found: {found}")
    return problems


def main():
    acked, problems = read_acked(sys.argv[1])
    for source in sys.argv[2:]:
        leases = read_memory() if source == "memory" else read_file(source)
        problems += check(acked, leases, source)
    print("\n".join(problems[:TOLD_MAX]) or f"{len(acked)} acknowledged leases are there")
    if len(problems) > TOLD_MAX:
        print(f"and {len(problems) - TOLD_MAX} more")
    sys.exit(1 if problems else 0)


main()

# SPDX-License-Identifier: MIT
"""The names that leases are to have, those that files have, and those that a DNS server answers: each as lines
"ADDRESS NAME…", sorted by address.

    dns_names.py expected < JSON         of minidhcpctl list-leases; RULES below
    dns_names.py files DIRECTORY         of hosts.d
    dns_names.py ask SERVER < LINES      asks for each name and each address of such lines
    dns_names.py gone SERVER < NAMES     those of the names that still have an address
"""
import ipaddress
import json
import os
import secrets
import socket
import struct
import sys

A, PTR, IN = 1, 12, 1
NOERROR, NXDOMAIN = 0, 3
DOMAIN = "home.arpa"
# what the scripts configure by hand
HOSTS = {"192.168.1.50": ["printer.home.arpa", "printer", "press.home.arpa", "press"]}


def show(names):
    for address in sorted(names, key=ipaddress.IPv4Address):
        print(address, *names[address])


def expected():
    """In the tests no two clients claim one name."""
    names = {}
    for lease in json.load(sys.stdin):
        if lease["State"] != "bound":
            continue
        address, label = lease["Address"], lease["Hostname"].split(".")[0].lower().replace("_", "-")
        if not label:
            label = "dhcp-" + address.replace(".", "-")
        names[address] = HOSTS.get(address) or [f"{label}.{DOMAIN}", label]
    return names


def files(directory):
    names = {}
    for name in os.listdir(directory):
        with open(os.path.join(directory, name), encoding="ascii") as file:
            for line in file:
                address, *rest = line.split()
                assert address not in names, address
                names[address] = rest
    return names


def encode(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def decode(message, at):
    labels, end = [], None
    while message[at]:
        if message[at] >= 0xC0:
            end = end or at + 2
            at = struct.unpack_from("!H", message, at)[0] & 0x3FFF
            continue
        labels.append(message[at + 1:at + 1 + message[at]].decode())
        at += 1 + message[at]
    return ".".join(labels), end or at + 1


def ask(server, name, kind):
    """The data of the records of a kind that a server answers; nothing for NXDOMAIN and the like."""
    query = struct.pack("!HHHHHH", secrets.randbelow(65536), 0x100, 1, 0, 0, 0)
    query += encode(name) + struct.pack("!HH", kind, IN)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(2)
        s.connect((server, 53))
        for _ in range(5):
            s.send(query)
            try:
                reply = s.recv(4096)
                while reply[:2] != query[:2]:
                    reply = s.recv(4096)
                break
            except TimeoutError:
                pass
        else:
            raise TimeoutError(f"no answer for {name}")
    n_answers = struct.unpack_from("!H", reply, 6)[0]
    at, found = len(query), []
    for _ in range(n_answers):
        _, at = decode(reply, at)
        record_kind, _, _, size = struct.unpack_from("!HHIH", reply, at)
        at += 10
        if record_kind == A == kind:
            found.append(socket.inet_ntoa(reply[at:at + 4]))
        elif record_kind == PTR == kind:
            found.append(decode(reply, at)[0])
        at += size
    return found


def ask_all(server):
    """A name is answered with its address alone, an address with its first name alone."""
    names = {}
    for line in sys.stdin:
        address, *rest = line.split()
        reverse = ipaddress.IPv4Address(address).reverse_pointer
        names[address] = [name for name in rest if ask(server, name, A) == [address]]
        first = ask(server, reverse, PTR)
        # a server may leave the domain of a name without dots to itself
        if first != rest[:1]:
            names[address].append(f"in the other direction {first}")
    return names


def main():
    verb, *arguments = sys.argv[1:]
    if verb == "expected":
        show(expected())
    elif verb == "files":
        show(files(*arguments))
    elif verb == "ask":
        show(ask_all(*arguments))
    elif verb == "gone":
        for name in sys.stdin.read().split():
            if ask(arguments[0], name, A):
                print(name)


main()

# SPDX-License-Identifier: MIT
"""A device on eth0 that answers ARP requests, whatever addresses the kernel has there.

    arp.py MAC            answers for every address
    arp.py MAC ADDRESS…   answers for these
    arp.py MAC=ADDRESS…   many hosts, each of which answers for its own address
    arp.py invent         answers for every address, each time with another hardware address

Runs until it is killed; says "listening" when it does.
"""

import itertools
import socket
import struct
import sys

ETHERNET_ARP = 0x0806
REQUEST, REPLY = 1, 2
# hardware and protocol, their sizes, operation, sender, target
PACKET = struct.Struct("!HHBBH6s4s6s4s")


def hardware_addresses(text):
    """One after the other of those that the device answers with."""
    if text != "invent":
        return itertools.repeat(bytes(int(part, 16) for part in text.split(":")))
    return (b"\x02\x77" + struct.pack("!I", number) for number in itertools.count())


def hosts():
    """Hardware addresses by the address that they answer for; for every address where there is none."""
    if "=" in sys.argv[1]:
        pairs = (argument.split("=") for argument in sys.argv[1:])
        return {socket.inet_aton(address): hardware_addresses(mac) for mac, address in pairs}, None
    hardware = hardware_addresses(sys.argv[1])
    if len(sys.argv) > 2:
        return {socket.inet_aton(address): hardware for address in sys.argv[2:]}, None
    return {}, hardware


def main():
    holders, anybody = hosts()
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETHERNET_ARP))
    sock.bind(("eth0", ETHERNET_ARP))
    print("listening", flush=True)
    while True:
        frame, where = sock.recvfrom(64)
        if where[2] == socket.PACKET_OUTGOING or len(frame) < 14 + PACKET.size:
            continue
        kind, protocol, _, _, operation, asker, source, _, target = PACKET.unpack_from(frame, 14)
        # who asks for its own address announces it
        hardware = holders.get(target, anybody)
        if operation != REQUEST or source == target or not hardware:
            continue
        mac = next(hardware)
        sock.send(asker + mac + struct.pack("!H", ETHERNET_ARP)
                  + PACKET.pack(kind, protocol, 6, 4, REPLY, mac, target, asker, source))


main()

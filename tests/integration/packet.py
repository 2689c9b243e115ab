# SPDX-License-Identifier: MIT
"""A DHCP client made of bare packets, for what well-behaved clients do not do.

It runs in a client's network namespace, on eth0, which needs no address: it asks for broadcast replies.

    packet.py exchange MAC [--hostname HEX] [--client-id HEX] [--request ADDRESS] [--discover-only]
        one DISCOVER, OFFER, REQUEST, ACK; prints the address, or what came last: "silence", "nak", "offer"
    packet.py fill COUNT [--first N]
        so many clients, one exchange each; prints how many got an address
    packet.py burst COUNT
        so many clients, one DISCOVER each; waits for nothing
    packet.py release MAC ADDRESS SERVER
    packet.py flood KIND COUNT
        KIND is truncated, oversized, cookie, random, or garbage for all of them in turn; or, each of another
        client, discover, or request with a long name for an address from 10.40.0.0 on that nobody has
"""

import argparse
import os
import random
import socket
import struct
import sys
import time

DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE = range(1, 8)
COOKIE = b"\x63\x82\x53\x63"


def open_socket():
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"eth0")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    sock.bind(("0.0.0.0", 68))
    return sock


def hardware_address(text):
    return bytes(int(part, 16) for part in text.split(":"))


def numbered_address(number):
    return b"\x02\x66" + struct.pack("!I", number)


def option(code, value):
    return bytes((code, len(value))) + value


def message(kind, mac, xid, options=(), ciaddr="0.0.0.0", flags=0x8000):
    fixed = struct.pack("!BBBBIHH4s12x16s192x", 1, 1, 6, 0, xid, 0, flags,
                        socket.inet_aton(ciaddr), mac)
    return fixed + COOKIE + option(53, bytes((kind,))) + b"".join(options) + b"\xff"


def parse(data):
    """yiaddr and options of a reply, or None for what is none."""
    if len(data) < 240 or data[0] != 2 or data[236:240] != COOKIE:
        return None
    options, position = {}, 240
    while position < len(data) and data[position] != 255:
        if data[position] == 0:
            position += 1
            continue
        length = data[position + 1]
        options[data[position]] = data[position + 2:position + 2 + length]
        position += 2 + length
    return data[4:8], socket.inet_ntoa(data[16:20]), options


def ask(sock, packet, xid, kinds, seconds):
    """Sends until a reply with our xid comes that is of these kinds: (kind, yiaddr, options), or None for silence.
    Who has asked twice may get a second OFFER when the ACK is waited for."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        sock.sendto(packet, ("255.255.255.255", 67))
        resend = min(deadline, time.monotonic() + 2)
        while (left := resend - time.monotonic()) > 0:
            sock.settimeout(left)
            try:
                reply = parse(sock.recv(4096))
            except socket.timeout:
                break
            if reply and reply[0] == struct.pack("!I", xid) and reply[2].get(53, b"\0")[0] in kinds:
                return reply[2][53][0], reply[1], reply[2]
    return None


def exchange(sock, mac, extra=(), discover_only=False, seconds=5):
    xid = random.getrandbits(32)
    reply = ask(sock, message(DISCOVER, mac, xid, extra), xid, (OFFER,), seconds)
    if reply is None:
        return "silence"
    if discover_only:
        return reply[1]
    wanted = [option(50, socket.inet_aton(reply[1])), option(54, reply[2][54])]
    kept = [item for item in extra if item[0] != 50]
    reply = ask(sock, message(REQUEST, mac, xid, kept + wanted), xid, (ACK, NAK), seconds)
    if reply is None:
        return "offer"
    return reply[1] if reply[0] == ACK else "nak"


def send_in_a_row(sock, packets):
    for n, packet in enumerate(packets):
        sock.sendto(packet, ("255.255.255.255", 67))
        if n % 200 == 199:
            time.sleep(0.002)  # the sender's own queue is short


def flood(sock, kind, count):
    good = message(DISCOVER, numbered_address(0xbad), 1)
    kinds = {
        "truncated": lambda n: good[:n % len(good)],
        "oversized": lambda n: good[:-1] + os.urandom(random.randrange(1000, 20000)),
        "cookie": lambda n: good[:236] + struct.pack("!I", n) + good[240:],
        "random": lambda n: os.urandom(random.randrange(1, 600)),
    }
    if kind == "discover":
        makers = [lambda n: message(DISCOVER, numbered_address(0x10000000 + n), n)]
    elif kind == "request":
        name = option(12, b"\x01" * 200)
        makers = [lambda n: message(REQUEST, numbered_address(0x20000000 + n), n,
                                    [option(50, struct.pack("!I", 0x0a280000 + n)), name])]
    else:
        makers = list(kinds.values()) if kind == "garbage" else [kinds[kind]]
    send_in_a_row(sock, (makers[n % len(makers)](n) for n in range(count)))


def main():
    parser = argparse.ArgumentParser()
    verbs = parser.add_subparsers(dest="verb", required=True)
    verb = verbs.add_parser("exchange")
    verb.add_argument("mac", type=hardware_address)
    verb.add_argument("--hostname", type=bytes.fromhex)
    verb.add_argument("--client-id", type=bytes.fromhex)
    verb.add_argument("--request", type=socket.inet_aton)
    verb.add_argument("--discover-only", action="store_true")
    verb = verbs.add_parser("fill")
    verb.add_argument("count", type=int)
    verb.add_argument("--first", type=int, default=1)
    verb = verbs.add_parser("burst")
    verb.add_argument("count", type=int)
    verb = verbs.add_parser("release")
    verb.add_argument("mac", type=hardware_address)
    verb.add_argument("address")
    verb.add_argument("server")
    verb = verbs.add_parser("flood")
    verb.add_argument("kind")
    verb.add_argument("count", type=int)
    arguments = parser.parse_args()

    sock = open_socket()
    if arguments.verb == "exchange":
        given = ((12, arguments.hostname), (61, arguments.client_id), (50, arguments.request))
        extra = [option(code, value) for code, value in given if value is not None]
        print(exchange(sock, arguments.mac, extra, arguments.discover_only))
    elif arguments.verb == "fill":
        results = [exchange(sock, numbered_address(n))
                   for n in range(arguments.first, arguments.first + arguments.count)]
        print(sum(1 for result in results if result.count(".") == 3))
    elif arguments.verb == "burst":
        send_in_a_row(sock, (message(DISCOVER, numbered_address(n), n)
                             for n in range(1, arguments.count + 1)))
    elif arguments.verb == "release":
        server = option(54, socket.inet_aton(arguments.server))
        packet = message(RELEASE, arguments.mac, 1, [server], ciaddr=arguments.address, flags=0)
        sock.sendto(packet, ("255.255.255.255", 67))
    else:
        flood(sock, arguments.kind, arguments.count)


sys.exit(main())

# SPDX-License-Identifier: MIT
"""A DHCP server that says what a file tells it to, byte by byte: for what servers of good manners do not say.

    answer.py INTERFACE FILE

FILE holds a JSON object and is read for each message:

    {"Address": "192.168.50.77", "Server": "192.168.50.1", "Options": "33 04 00 00 0e 10  01 04 ff ff ff 00",
     "Filler": 0, "Silent": false}

OFFER and ACK hold options 53 and 54, those of Options, and so many bytes of option 224. Each message that comes is
printed as {"Type": 1, "Options": {"55": "01 79"}}. On SIGUSR1 it sends a FORCERENEW to everybody.
"""

import json
import signal
import socket
import struct
import sys

COOKIE = b"\x63\x82\x53\x63"
DISCOVER, OFFER, REQUEST, ACK, INFORM, FORCERENEW = 1, 2, 3, 5, 8, 9
EVERYBODY = ("255.255.255.255", 68)


def parse_options(data):
    options, position = {}, 240
    while position < len(data) and data[position] != 255:
        if data[position] == 0:
            position += 1
            continue
        length = data[position + 1]
        options[data[position]] = options.get(data[position], b"") + data[position + 2:position + 2 + length]
        position += 2 + length
    return options


def filler(size):
    """Option 224, in pieces (RFC 3396)."""
    return b"".join(bytes((224, min(255, size - at))) + bytes(min(255, size - at)) for at in range(0, size, 255))


def answer(script, request, kind):
    fixed = struct.pack("!BBBBIHH4x4s4s4s16s192x", 2, 1, 6, 0, struct.unpack("!I", request[4:8])[0], 0, 0x8000,
                        socket.inet_aton(script["Address"]), bytes(4), request[24:28], request[28:44])
    return (fixed + COOKIE + bytes((53, 1, kind, 54, 4)) + socket.inet_aton(script["Server"]) +
            bytes.fromhex(script["Options"]) + filler(script.get("Filler", 0)) + b"\xff")


def main():
    interface, path = sys.argv[1:]
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
    sock.setsockopt(socket.IPPROTO_IP, 10, 0)  # IP_MTU_DISCOVER: fragments where a message is longer than the MTU
    sock.bind(("0.0.0.0", 67))
    last = bytes(300)

    def force_renew(_signal, _frame):
        with open(path, encoding="utf-8") as file:
            sock.sendto(answer(json.load(file), last, FORCERENEW), EVERYBODY)

    def send(packet):
        try:
            sock.sendto(packet, EVERYBODY)
        except OSError as error:  # the cable has just been cut
            print(error, file=sys.stderr, flush=True)

    signal.signal(signal.SIGUSR1, force_renew)
    while True:
        request, _ = sock.recvfrom(4096)
        if len(request) < 241 or request[0] != 1 or request[236:240] != COOKIE:
            continue
        last = request
        options = parse_options(request)
        kind = options.get(53, b"\0")[0]
        print(json.dumps({"Type": kind, "Options": {str(code): value.hex(" ") for code, value in options.items()}}),
              flush=True)
        with open(path, encoding="utf-8") as file:
            script = json.load(file)
        if kind in (DISCOVER, REQUEST, INFORM) and not script.get("Silent"):
            send(answer(script, request, OFFER if kind == DISCOVER else ACK))


main()

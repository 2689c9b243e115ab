# SPDX-License-Identifier: MIT
"""A DHCP server behind a router: answers what comes by unicast, and prints what it was.

    far_server.py ADDRESS-THAT-IT-GIVES ITS-OWN
"""

import socket
import struct
import sys

NAMES = {1: "DISCOVER", 3: "REQUEST", 7: "RELEASE"}


def main():
    given, own = sys.argv[1:]
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("0.0.0.0", 67))
    print("ready", flush=True)
    while True:
        data, source = sock.recvfrom(4096)
        kind = data[data.index(b"\x63\x82\x53\x63\x35\x01") + 6]
        print(NAMES.get(kind, kind), source, flush=True)
        if kind != 3:
            continue
        reply = (struct.pack("!BBBB4sHH", 2, 1, 6, 0, data[4:8], 0, 0) + data[12:16] + socket.inet_aton(given) + bytes(8) +
                 data[28:34] + bytes(202) + b"\x63\x82\x53\x63\x35\x01\x05\x36\x04" + socket.inet_aton(own) +
                 bytes.fromhex("33 04 00 00 00 3c 01 04 ff ff ff 00 03 04 c0 a8 32 01 ff"))
        sock.sendto(reply, source)


main()

# SPDX-License-Identifier: MIT
"""A DHCP server on a packet socket that plays a part: what it answers, and how, is said message by message.

    stage.py INTERFACE [--address A] [--server A] [--seconds N] [--t1 N] [--t2 N] [--router A] [--unicast] [--per-client]
        [--discover HOW] [--request HOW] [--reboot HOW] [--renew HOW] [--rebind HOW] [--rebind-server A] [--first HOW]

HOW is ack (the default), nak or silent. --unicast answers to the hardware address in chaddr, and to ciaddr by way of
the kernel, which asks by ARP; else everybody hears it. --per-client adds the last byte of the client identifier to the
address. --first is how the first renewal is answered. --rebind-server answers what is broadcast in REBINDING, as a
server of its own.

Each message is printed as a line of JSON: {"At": seconds, "Is": "reboot", "Ciaddr", "Chaddr", "Wish": option 50,
"Server": option 54, "Id": option 61, "To": destination address}.
"""

import argparse
import json
import socket
import struct
import time

COOKIE = b"\x63\x82\x53\x63"
DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE, INFORM = range(1, 9)
ZERO = "0.0.0.0"
EVERYBODY = b"\xff" * 6


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def parse_options(data):
    options, position = {}, 240
    while position < len(data) and data[position] != 255:
        if data[position] == 0:
            position += 1
            continue
        length = data[position + 1]
        options[data[position]] = data[position + 2:position + 2 + length]
        position += 2 + length
    return options


def address_of(data):
    return socket.inet_ntoa(data) if data else ZERO


class Message:
    def __init__(self, destination, data):
        self.data, self.to = data, destination
        self.options = parse_options(data)
        self.kind = self.options.get(53, b"\0")[0]
        self.ciaddr = address_of(data[12:16])
        self.chaddr = data[28:34]
        self.wish = address_of(self.options.get(50))
        self.server = address_of(self.options.get(54))

    def name(self):
        if self.kind != REQUEST:
            return {DISCOVER: "discover", DECLINE: "decline", RELEASE: "release", INFORM: "inform"}.get(self.kind, "?")
        if self.server != ZERO:
            return "request"
        if self.ciaddr == ZERO:
            return "reboot"
        return "rebind" if self.to == "255.255.255.255" else "renew"


class Stage:
    def __init__(self, options):
        self.options = options
        self.packets = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
        self.packets.bind((options.interface, 0x0800))
        self.hardware = self.packets.getsockname()[4]
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.udp.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, options.interface.encode())
        self.udp.bind((ZERO, 67))
        self.n_renewals = 0

    def receive(self):
        """The next message of a client, or None for another packet."""
        frame, source = self.packets.recvfrom(2048)
        if source[2] == socket.PACKET_OUTGOING or len(frame) < 14 + 28 + 241 or frame[23] != 17:
            return None
        ip = frame[14:]
        udp = ip[(ip[0] & 15) * 4:]
        if udp[2:4] != b"\0\x43" or udp[8] != 1 or udp[244:248] != COOKIE:
            return None
        return Message(socket.inet_ntoa(ip[16:20]), udp[8:])

    def how(self, name):
        if name in ("renew", "rebind"):
            self.n_renewals += 1
            if self.n_renewals == 1 and self.options.first:
                return self.options.first
        return getattr(self.options, name, "silent")

    def reply(self, message, kind, server):
        option = self.options
        address = socket.inet_aton(option.address)
        if option.per_client:
            address = address[:3] + bytes((address[3] + message.options.get(61, b"\0")[-1],))
        body = bytes((53, 1, kind, 54, 4)) + socket.inet_aton(server)
        if kind != NAK:
            body += struct.pack("!BBI", 51, 4, option.seconds) + b"\x01\x04\xff\xff\xff\0"
            for code, value in ((58, option.t1), (59, option.t2)):
                body += struct.pack("!BBI", code, 4, value) if value else b""
            body += b"\x03\x04" + socket.inet_aton(option.router) if option.router else b""
        return struct.pack("!BBBBIHH4s4s4s4s16s192x", 2, 1, 6, 0, struct.unpack("!I", message.data[4:8])[0], 0, 0,
                           message.data[12:16], bytes(4) if kind == NAK else address, bytes(4), bytes(4),
                           message.data[28:44]) + COOKIE + body + b"\xff"

    def send(self, message, data, kind, server):
        unicast = self.options.unicast and kind != NAK
        if unicast and message.ciaddr != ZERO and server == self.options.server:
            self.udp.sendto(data, (message.ciaddr, 68))
            return
        to = data[16:20] if unicast else b"\xff" * 4
        udp = struct.pack("!HHHH", 67, 68, 8 + len(data), 0) + data
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, socket.inet_aton(server), to)
        ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
        self.packets.send((message.chaddr if unicast else EVERYBODY) + self.hardware + b"\x08\0" + ip + udp)

    def play(self):
        message = self.receive()
        if not message:
            return
        name = message.name()
        print(json.dumps({"At": round(time.monotonic(), 3), "Is": name, "Ciaddr": message.ciaddr,
                          "Chaddr": message.chaddr.hex(":"), "Wish": message.wish, "Server": message.server,
                          "Id": message.options.get(61, b"").hex(":"), "To": message.to}), flush=True)
        server = self.options.server
        if name == "rebind" and self.options.rebind_server:
            server = self.options.rebind_server
        elif message.server not in (ZERO, server):
            return
        how = self.how(name)
        if how != "silent":
            kind = NAK if how == "nak" else OFFER if name == "discover" else ACK
            self.send(message, self.reply(message, kind, server), kind, server)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("interface")
    parser.add_argument("--address", default="192.168.50.77")
    parser.add_argument("--server", default="192.168.50.1")
    parser.add_argument("--router")
    parser.add_argument("--seconds", type=int, default=3600)
    parser.add_argument("--t1", type=int)
    parser.add_argument("--t2", type=int)
    parser.add_argument("--unicast", action="store_true")
    parser.add_argument("--per-client", action="store_true")
    parser.add_argument("--rebind-server")
    parser.add_argument("--first")
    for name in ("discover", "request", "reboot", "renew", "rebind"):
        parser.add_argument("--" + name, choices=("ack", "nak", "silent"), default="ack")
    stage = Stage(parser.parse_args())
    while True:
        try:
            stage.play()
        except OSError:
            pass  # the link is down, or the client is


main()

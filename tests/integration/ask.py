# SPDX-License-Identifier: MIT
"""One DHCP message out, byte for byte as wanted, and what comes back as JSON.

Unlike packet.py, which plays clients, this plays anything: relays, clients that renew, recordings. It has a
decoder of its own, and looks at whole frames: who sent them, to whom, and whether the checksums are right.

    ask.py TYPE MAC [OPTION…]     TYPE is discover, request, decline, release, inform or bootp
    ask.py --recorded HEX         the UDP payload, whose transaction ID is kept
    ask.py --lines [ARGUMENT…]    sends a message for each line of stdin, which has its arguments; hears nothing,
                                  and prints the transaction IDs in decimal
    ask.py --watch                prints every reply that leaves this machine, until it is killed
        --option CODE=HEX         in this order; CODE=ip:ADDRESS, CODE=text:TEXT
        --ciaddr ADDRESS, --giaddr ADDRESS, --hops N, --flags N, --secs N, --xid N
        --to ADDRESS              by UDP and the routing table; else a broadcast frame on eth0
        --from ADDRESS            the sender's address, default 0.0.0.0
        --forged                  which with --to is not one of this machine's; a broadcast frame has eth0's own
                                  hardware address then, or the switch would send the client's replies here
        --port N                  the sender's port, default 68, or 67 with giaddr
        --wait SECONDS            for the replies, default 5
        --deaf                    hears nothing, and so needs no privileges but for its port; 0 is any
        --replies N               so many are waited for, default 1; all those of the next 0.3 s are told too
        --times N                 sends N times in a row
        --every SECONDS           with so much time between them
        --again                   sends once more each second until there is a reply, as clients do

Prints one object for each reply; nothing is silence.
"""

import argparse
import json
import random
import select
import socket
import struct
import sys
import time

TYPES = ("bootp", "discover", "offer", "request", "decline", "ack", "nak", "release", "inform")
COOKIE = b"\x63\x82\x53\x63"
ETHERNET_IP = 0x0800
EVERYTHING = 0x0003  # ETH_P_ALL
EVERYBODY = b"\xff" * 6
OVERLOAD, PAD, END = 52, 0, 255


# ---- what is sent ----------------------------------------------------------------------------------------

def hardware_address(text):
    return bytes(int(part, 16) for part in text.split(":"))


def option(text):
    code, value = text.split("=", 1)
    if value.startswith("ip:"):
        data = b"".join(socket.inet_aton(address) for address in value[3:].split(","))
    elif value.startswith("text:"):
        data = value[5:].encode()
    else:
        data = bytes.fromhex(value.replace(":", ""))
    return bytes((int(code), len(data))) + data


def build(arguments):
    kind = TYPES.index(arguments.type)
    fixed = struct.pack("!BBBBIHH4s4x4x4s16s192x", 1, 1, len(arguments.mac), arguments.hops, arguments.xid,
                        arguments.secs, arguments.flags, socket.inet_aton(arguments.ciaddr),
                        socket.inet_aton(arguments.giaddr), arguments.mac)
    message = fixed + COOKIE
    if kind:
        message += bytes((53, 1, kind))
    return (message + b"".join(arguments.option) + b"\xff").ljust(300, b"\0")


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def udp_checksum(source, destination, datagram):
    return checksum(source + destination + struct.pack("!BBH", 0, 17, len(datagram)) + datagram)


def ip_packet(arguments, destination, payload):
    source, destination = socket.inet_aton(arguments.source), socket.inet_aton(destination)
    datagram = struct.pack("!HHHH", arguments.port, 67, 8 + len(payload), 0) + payload
    datagram = datagram[:6] + struct.pack("!H", udp_checksum(source, destination, datagram)) + datagram[8:]
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(datagram), 0, 0, 64, 17, 0, source, destination)
    header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
    return header + datagram


def frame(arguments, mac, payload):
    """An IP packet for everybody, as a client sends it that has no address."""
    return EVERYBODY + mac + struct.pack("!H", ETHERNET_IP) + ip_packet(arguments, "255.255.255.255", payload)


# ---- what comes back -------------------------------------------------------------------------------------

def decode_options(area, options, order):
    """Adds the options of one area; a second part of an option is joined to the first (RFC 3396)."""
    position = 0
    while position < len(area) and area[position] != END:
        code = area[position]
        position += 1
        if code == PAD:
            continue
        length = area[position]
        value = area[position + 1:position + 1 + length]
        if len(value) != length:
            raise ValueError(f"option {code} is cut off")
        position += 1 + length
        order.append(code)
        options[code] = options.get(code, b"") + value


def decode_message(message):
    if message[236:240] != COOKIE:
        raise ValueError("no magic cookie")
    options, order = {}, []
    decode_options(message[240:], options, order)
    overload = options.get(OVERLOAD, b"\0")[0]
    sname, file = message[44:108], message[108:236]
    if overload & 1:
        decode_options(file, options, order)
        file = b""
    if overload & 2:
        decode_options(sname, options, order)
        sname = b""
    op, htype, hlen, hops, xid, secs, flags = struct.unpack("!BBBBIHH", message[:12])
    ciaddr, yiaddr, siaddr, giaddr = (socket.inet_ntoa(message[n:n + 4]) for n in (12, 16, 20, 24))
    return {
        "type": TYPES[options[53][0]] if 53 in options else "bootp",
        "op": op, "htype": htype, "hops": hops, "xid": xid, "secs": secs, "flags": flags,
        "ciaddr": ciaddr, "yiaddr": yiaddr, "siaddr": siaddr, "giaddr": giaddr,
        "chaddr": message[28:28 + hlen].hex(":"),
        "sname": sname.split(b"\0")[0].decode("latin-1"), "file": file.split(b"\0")[0].decode("latin-1"),
        "options": {str(code): value.hex() for code, value in options.items()},
        "order": order, "size": len(message),
    }


def decode_frame(data):
    """A reply of a DHCP server, or None for what else is on the wire."""
    if len(data) < 14 or struct.unpack("!H", data[12:14])[0] != ETHERNET_IP or len(data) < 42:
        return None
    packet = data[14:]
    header_size, total = (packet[0] & 15) * 4, struct.unpack("!H", packet[2:4])[0]
    if packet[9] != 17 or packet[0] >> 4 != 4:
        return None
    header, datagram = packet[:header_size], packet[header_size:total]
    source_port, port, size, sent_checksum = struct.unpack("!HHHH", datagram[:8])
    if source_port != 67 or port not in (67, 68) or len(datagram) < 8 + 240 or datagram[8] != 2:
        return None
    reply = decode_message(datagram[8:size])
    reply.update({
        "to": socket.inet_ntoa(packet[16:20]), "to_mac": data[:6].hex(":"), "to_port": port,
        "from": socket.inet_ntoa(packet[12:16]), "from_mac": data[6:12].hex(":"), "ttl": packet[8],
        "summed": checksum(header) == 0 and sent_checksum != 0 and
                  udp_checksum(packet[12:16], packet[16:20], datagram) == 0,
    })
    return reply


def open_tap(protocol=ETHERNET_IP):
    """Every frame of the namespace, except for what the loopback repeats."""
    tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(protocol))
    tap.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    return tap


def receive(tap, xid, seconds):
    """One reply to our transaction, or None."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        if not select.select([tap], [], [], left)[0]:
            break
        data, address = tap.recvfrom(65536)
        if address[0] == "lo" or address[2] == socket.PACKET_OUTGOING:
            continue
        reply = decode_frame(data)
        if reply and reply["xid"] == xid:
            reply["interface"] = address[0]
            return reply
    return None


# ---- one question ----------------------------------------------------------------------------------------

def make_sender(arguments, payload):
    if arguments.to is None:
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        sock.bind(("eth0", 0))
        source = sock.getsockname()[4] if arguments.forged else payload[28:34]
        data = frame(arguments, source, payload)
        return lambda: sock.send(data)
    if arguments.forged:
        sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
        packet = ip_packet(arguments, arguments.to, payload)
        return lambda: sock.sendto(packet, (arguments.to, 0))
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    sock.bind((arguments.source, arguments.port))
    return lambda: sock.sendto(payload, (arguments.to, 67))


def watch():
    tap = open_tap(EVERYTHING)  # who listens to one protocol does not hear what leaves
    print("listening", file=sys.stderr, flush=True)
    while True:
        data, address = tap.recvfrom(65536)
        reply = decode_frame(data) if address[2] == socket.PACKET_OUTGOING else None
        if reply:
            reply["interface"] = address[0]
            print(json.dumps(reply), flush=True)


def send_lines(common):
    for line in sys.stdin:
        arguments, payload = parse(line.split() + common)
        make_sender(arguments, payload)()
        print(struct.unpack("!I", payload[4:8])[0])


def parse(words):
    parser = argparse.ArgumentParser()
    parser.add_argument("type", nargs="?", choices=TYPES)
    parser.add_argument("mac", nargs="?", type=hardware_address)
    parser.add_argument("--recorded", type=bytes.fromhex)
    parser.add_argument("--option", action="append", default=[], type=option)
    for field in ("ciaddr", "giaddr"):
        parser.add_argument(f"--{field}", default="0.0.0.0")
    for field in ("hops", "flags", "secs"):
        parser.add_argument(f"--{field}", default=0, type=lambda text: int(text, 0))
    parser.add_argument("--xid", default=random.getrandbits(32), type=lambda text: int(text, 0))
    parser.add_argument("--to")
    parser.add_argument("--from", dest="source", default="0.0.0.0")
    parser.add_argument("--port", type=int)
    parser.add_argument("--wait", default=5, type=float)
    parser.add_argument("--replies", default=1, type=int)
    parser.add_argument("--times", default=1, type=int)
    parser.add_argument("--every", default=0, type=float)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--forged", action="store_true")
    parser.add_argument("--deaf", action="store_true")
    arguments = parser.parse_args(words)

    payload = arguments.recorded or build(arguments)
    if arguments.port is None:
        arguments.port = 68 if payload[24:28] == b"\0" * 4 else 67
    return arguments, payload


def main():
    if sys.argv[1:2] == ["--watch"]:
        watch()
    if sys.argv[1:2] == ["--lines"]:
        send_lines(sys.argv[2:])
        return
    arguments, payload = parse(sys.argv[1:])
    xid = struct.unpack("!I", payload[4:8])[0]

    tap = None if arguments.deaf else open_tap()
    send = make_sender(arguments, payload)
    started = time.monotonic()
    deadline = started + arguments.wait
    for _ in range(arguments.times):
        send()
        time.sleep(arguments.every)
    if arguments.deaf:
        return
    reply = receive(tap, xid, min(arguments.wait, 1) if arguments.again else arguments.wait)
    while reply is None and arguments.again and (left := deadline - time.monotonic()) > 0:
        send()
        reply = receive(tap, xid, min(left, 1))
    told = set()
    while reply:
        # who was asked twice may answer twice
        key = reply["from"], reply["type"], reply["yiaddr"]
        if key not in told or not arguments.again:
            told.add(key)
            reply["seconds"] = time.monotonic() - started
            print(json.dumps(reply))
        left = deadline - time.monotonic() if len(told) < arguments.replies else 0
        reply = receive(tap, xid, max(left, 0.3))


sys.exit(main())

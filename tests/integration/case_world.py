# SPDX-License-Identifier: MIT
"""What the client's cases share: a cable between two network namespaces, a scripted server on packet sockets at one end
of it, and minidhcp-client at the other. The process that makes a World lives in the server's namespace from then on."""

import ctypes
import json
import os
import re
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time

COOKIE = b"\x63\x82\x53\x63"
DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE, INFORM = range(1, 9)
CLONE_NEWNET = 0x40000000
BROADCAST = b"\xff" * 6
libc = ctypes.CDLL(None, use_errno=True)


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def ip(text):
    return socket.inet_aton(text)


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
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
        options[data[position]] = options.get(data[position], b"") + data[position + 2:position + 2 + length]
        position += 2 + length
    return options


class Message:
    """A DHCP message that the client has sent, in the frame in which it came."""

    def __init__(self, frame, at):
        header = (frame[14] & 15) * 4
        self.at = at
        self.frame_to, self.frame_from = frame[:6], frame[6:12]
        self.ip_from, self.ip_to = (socket.inet_ntoa(frame[26:30]), socket.inet_ntoa(frame[30:34]))
        self.data = frame[14 + header + 8:]
        self.options = parse_options(self.data)
        self.kind = self.options.get(53, b"\0")[0]
        self.ciaddr = socket.inet_ntoa(self.data[12:16])
        self.chaddr = self.data[28:34]
        self.broadcast = self.ip_to == "255.255.255.255"

    def __repr__(self):
        names = ("?", "DISCOVER", "OFFER", "REQUEST", "DECLINE", "ACK", "NAK", "RELEASE", "INFORM")
        return (f"{self.at:.1f} {names[min(self.kind, 8)]} to {self.ip_to} ciaddr {self.ciaddr} "
                f"50 {self.options.get(50, b'').hex()} 54 {self.options.get(54, b'').hex()}")


def option(code, value):
    return bytes((code, len(value))) + value


def seconds(code, value):
    return option(code, struct.pack("!I", value))


class Server:
    """A server that answers on one interface: by default DISCOVER by OFFER and REQUEST by ACK. What it says is in
    attributes, which a case changes while it runs."""

    def __init__(self, interface, address="192.168.50.1", **says):
        self.address, self.interface = address, interface
        self.gives = says.get("gives", "192.168.50.77")
        self.hardware = None
        self.lease, self.t1, self.t2 = says.get("lease", 3600), says.get("t1"), says.get("t2")
        self.mask, self.more = says.get("mask", "255.255.255.0"), says.get("more", b"")
        self.options = says.get("options")  # in the place of all but 53 and 54
        self.router = says.get("router")
        self.identifier = says.get("identifier", address)
        self.answer = says.get("answer", self.usual)
        self.unicast = says.get("unicast", False)  # to chaddr, as RFC 2131 4.1 has it
        self.silent = says.get("silent", False)

    def usual(self, message):
        """What is answered, as a kind, or None."""
        return {DISCOVER: OFFER, REQUEST: ACK, INFORM: ACK}.get(message.kind)

    def body(self):
        if self.options is not None:
            return self.options
        return (seconds(51, self.lease) + (seconds(58, self.t1) if self.t1 else b"") +
                (seconds(59, self.t2) if self.t2 else b"") + option(1, ip(self.mask)) +
                (option(3, ip(self.router)) if self.router else b"") + self.more)

    def reply(self, message, kind, address=None, xid=None, chaddr=None):
        given = "0.0.0.0" if kind == NAK else address or self.gives
        data = struct.pack("!BBBB4sHHHH", 2, 1, 6, 0, xid or message.data[4:8], 0, 0, 0, 0)[:12]
        ciaddr = ip("0.0.0.0") if kind == NAK else message.data[12:16]
        data += ciaddr + ip(given) + bytes(8) + (chaddr or message.data[28:34]) + bytes(10 + 192) + COOKIE
        data += option(53, bytes((kind,))) + option(54, ip(self.identifier))
        return data + (b"" if kind == NAK else self.body()) + b"\xff"


class World:
    """The cables and servers of a case, what the client has sent, and the clients that run."""

    def __init__(self, name, program):
        self.name, self.program = name, program
        self.scratch = tempfile.mkdtemp(prefix="case-")
        os.chmod(self.scratch, 0o755)
        self.namespace = "case-" + name.replace(".", "-")
        self.messages, self.arps, self.servers, self.threads = [], [], {}, []
        self.probe_hook = None
        self.clients = []
        self.began = time.monotonic()
        if libc.unshare(CLONE_NEWNET) < 0:
            raise OSError(ctypes.get_errno(), "unshare")
        self.run("ip link set lo up")
        self.run(f"ip netns add {self.namespace}")
        self.inside("ip link set lo up")
        self.sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)  # or the kernel says that port 67 is closed
        self.sink.bind(("0.0.0.0", 67))

    def now(self):
        return time.monotonic() - self.began

    def run(self, command, check=True):
        done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
        if check and done.returncode:
            raise RuntimeError(f"{command}: {done.stderr}")
        return done.stdout

    def inside(self, command, check=True):
        return self.run(f"ip netns exec {self.namespace} {command}", check)

    # ---- cables ---------------------------------------------------------------------------------------

    def cable(self, number=0, address="192.168.50.1/24", up=True, listen=True):
        name = f"ip link add c{number} address 02:00:00:00:00:c{number + 1} netns {self.namespace} type veth peer s{number}"
        self.run(name)
        if address:
            self.run(f"ip address add {address} dev s{number}")
        self.inside(f"ip link set c{number} up")
        if up:
            self.run(f"ip link set s{number} up")
        if listen:
            self.listen(f"s{number}")

    def foreign(self, address):
        self.run(f"ip link add d0 netns {self.namespace} type veth peer e0")
        self.run("ip link set e0 up")
        self.inside(f"ip address add {address} dev d0")
        self.inside("ip link set d0 up")

    def serve(self, interface="s0", address="192.168.50.1", **says):
        server = Server(interface, address, **says)
        self.servers.setdefault(interface, []).append(server)
        return server

    def listen(self, interface):
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        sock.bind((interface, 3))
        hardware = mac(self.hardware_of(interface))
        thread = threading.Thread(target=self.hear, args=(sock, interface, hardware), daemon=True)
        thread.start()
        self.threads.append(thread)

    def hardware_of(self, interface):
        return json.loads(self.run(f"ip -json link show dev {interface}"))[0]["address"]

    def hear(self, sock, interface, hardware):
        while True:
            try:
                frame, about = sock.recvfrom(4096)
            except OSError:
                if self.gone(interface):
                    return
                continue
            if about[2] == 4:  # our own
                continue
            try:
                self.take(sock, interface, hardware, frame)
            except OSError:  # the link is down
                pass

    def gone(self, interface):
        return not self.run(f"ip link show dev {interface}", False)

    def take(self, sock, interface, hardware, frame):
        if frame[12:14] == b"\x08\x06":
            self.arps.append((self.now(), frame))
            if self.probe_hook:
                self.probe_hook(sock, frame)
        if frame[12:14] != b"\x08\x00" or frame[23] != 17:
            return
        header = (frame[14] & 15) * 4
        if frame[14 + header + 2:14 + header + 4] != b"\0\x43" or len(frame) < 14 + header + 8 + 240:
            return
        message = Message(frame, self.now())
        message.interface = interface
        self.messages.append(message)
        for server in self.servers.get(interface, []):
            if server.silent or (not message.broadcast and message.ip_to != server.address):
                continue
            kind = server.answer(message)
            if isinstance(kind, (list, tuple)):
                delay, kind = kind
                threading.Timer(delay, self.send, (sock, server, message, kind, hardware)).start()
            elif kind:
                self.send(sock, server, message, kind, hardware)

    def send(self, sock, server, message, kind, hardware):
        if callable(kind):
            for data in kind(message):
                self.send_data(sock, server, message, data, hardware, None)
            return
        to = None
        if kind != NAK and message.ciaddr != "0.0.0.0":
            to = message.ciaddr
        elif kind != NAK and server.unicast:
            to = server.gives
        self.send_data(sock, server, message, server.reply(message, kind), hardware, to)

    def send_data(self, sock, server, message, data, hardware, to):
        source = server.hardware or hardware
        udp = struct.pack("!HHHH", 67, 68, 8 + len(data), 0) + data
        header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, ip(server.address),
                             ip(to or "255.255.255.255"))
        header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
        sock.send((message.chaddr if to else BROADCAST) + source + b"\x08\x00" + header + udp)

    # ---- the client -----------------------------------------------------------------------------------

    def path(self, name):
        return os.path.join(self.scratch, name)

    def client(self, *arguments, timeout=60):
        """Runs it to its end."""
        done = subprocess.run(["ip", "netns", "exec", self.namespace, self.program, *arguments], capture_output=True,
                              text=True, timeout=timeout, check=False)
        return done

    def start(self, *arguments, interface="c0", apply=True, verb="run", state=""):
        log = open(self.path(f"log{len(self.clients)}"), "w+", encoding="utf-8")
        process = subprocess.Popen(
            ["ip", "netns", "exec", self.namespace, self.program, verb, "-i", interface, *(["--apply"] if apply else []),
             "--acd=off", f"--state-file={state}", *arguments], stdout=log, stderr=log)
        self.clients.append(process)
        return process

    def log(self, number=0):
        with open(self.path(f"log{number}"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def end(self, process, patience=10):
        process.send_signal(signal.SIGTERM)
        return process.wait(patience)

    def addresses(self, interface="c0"):
        links = json.loads(self.inside(f"ip -4 -json address show dev {interface}", False) or "[]")
        return [address["local"] for link in links for address in link.get("addr_info", [])]

    def lifetime(self, interface="c0"):
        links = json.loads(self.inside(f"ip -4 -json address show dev {interface}"))
        return [address["valid_life_time"] for link in links for address in link.get("addr_info", [])]

    def routes(self, selector=""):
        return [line.strip() for line in self.inside(f"ip -4 route show {selector}").splitlines()]

    def mtu(self):
        return int(re.search(r"mtu (\d+)", self.inside("ip link show dev c0")).group(1))

    def kinds(self, since=0.0):
        return [message.kind for message in self.messages if message.at >= since]

    def close(self):
        for process in self.clients:
            if process.poll() is None:
                process.kill()
                process.wait()
        self.run(f"ip netns del {self.namespace}", False)
        subprocess.run(["rm", "-rf", self.scratch], check=False)

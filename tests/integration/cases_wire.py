# SPDX-License-Identifier: MIT
"""What goes over the wire: offers, renewals, identifiers, and what of it a script gets."""

import json
import os
import re
import struct
import subprocess
import sys
import time

from case_kit import CASES, case, must, hex_option, quick, wait_for, applied, script, state_file
from case_world import ACK, DECLINE, DISCOVER, NAK, OFFER, RELEASE, REQUEST, ip, mac, option, seconds

# ---- conflict ---------------------------------------------------------------------------------------------

def arp(operation, sender, sender_ip, target, target_ip, to=b"\xff" * 6):
    return (to + sender + b"\x08\x06" + struct.pack("!HHBBH", 1, 0x800, 6, 4, operation) + sender + ip(sender_ip) +
            target + ip(target_ip))


def answers_arp(sock, frame):
    if frame[20:22] == b"\0\1" and frame[38:42] == ip("192.168.50.77"):
        sock.send(arp(2, mac("02:00:00:00:00:ee"), "192.168.50.77", frame[22:28], "0.0.0.0", frame[6:12]))


@case("conflict.declined")
def _(w):
    w.serve()
    w.probe_hook = answers_arp
    done = w.client("-i", "c0", "--acd=fast", "--timeout=9s", "--state-file=")
    declined = [m for m in w.messages if m.kind == DECLINE]
    must(declined, "a DECLINE")
    must(declined[0].options[50] == ip("192.168.50.77") and 54 in declined[0].options and
         declined[0].ciaddr == "0.0.0.0", "as RFC 2131 has it", declined[0])
    must(done.returncode == 5, "status 5", done.returncode)


@case("conflict.probe-of-other")
def _(w):
    w.serve()

    def probes(sock, frame):
        if frame[20:22] == b"\0\1" and frame[28:32] == bytes(4):
            sock.send(arp(1, mac("02:00:00:00:00:ee"), "0.0.0.0", bytes(6), "192.168.50.77"))
    w.probe_hook = probes
    w.client("-i", "c0", "--acd=full", "--timeout=9s", "--state-file=")
    must(DECLINE in w.kinds(), "a DECLINE")


@case("conflict.off")
def _(w):
    w.serve()
    done = w.client("-i", "c0", "--acd=off", "--timeout=4s", "--state-file=")
    must(done.returncode == 0, "status 0", done.stderr)
    must(not [frame for _, frame in w.arps if frame[28:32] == bytes(4)], "no probe")


# ---- discover ---------------------------------------------------------------------------------------------

@case("discover.rogue")
def _(w):
    w.serve(router="192.168.50.1")
    rogue = w.serve(address="192.168.50.66", gives="192.168.50.88", router="192.168.50.66", identifier="192.168.50.1")
    rogue.hardware = mac("02:00:00:00:00:66")
    done = w.client("-i", "c0", "discover")
    must(done.returncode == 0 and "192.168.50.77" in done.stdout and "192.168.50.88" in done.stdout, "both", done.stdout)


@case("discover.rogue-same-ip")
def _(w):
    w.serve(router="192.168.50.1")
    rogue = w.serve(gives="192.168.50.77", router="192.168.50.66")
    rogue.hardware = mac("02:00:00:00:00:66")
    done = w.client("-i", "c0", "discover")
    must(len([line for line in done.stdout.splitlines() if "192.168.50.77" in line]) == 2, "both", done.stdout)


@case("discover.first-lost")
def _(w):
    seen = []

    def answer(message):
        seen.append(message)
        return OFFER if len(seen) > 1 else None
    w.serve(answer=answer)
    done = w.client("-i", "c0", "discover")
    must(done.returncode == 0 and "192.168.50.77" in done.stdout, "found", done.stderr)


@case("discover.two-servers")
def _(w):
    w.serve(router="192.168.50.1")
    w.serve(address="192.168.50.2", gives="192.168.50.99", router="192.168.50.2", lease=7200)
    done = w.client("-i", "c0", "discover")
    for text in ("192.168.50.77", "192.168.50.99", "192.168.50.1", "192.168.50.2", "1h", "2h"):
        must(text in done.stdout, text, done.stdout)


@case("discover.late")
def _(w):
    w.serve(answer=lambda m: (2, OFFER))
    done = w.client("-i", "c0", "discover")
    must("192.168.50.77" in done.stdout, "shown", done.stdout)


@case("discover.same-offer-once")
def _(w):
    w.serve(answer=lambda m: OFFER)
    w.serve(answer=lambda m: OFFER)
    done = w.client("-i", "c0", "discover")
    must(len([line for line in done.stdout.splitlines() if "192.168.50.77" in line]) == 1, "one row", done.stdout)


@case("discover.takes-nothing")
def _(w):
    w.serve()
    w.client("-i", "c0", "discover")
    must(set(w.kinds()) == {DISCOVER}, "DISCOVERs alone", w.messages)


# ---- dropped ----------------------------------------------------------------------------------------------

@case("dropped.no-lease-time")
def _(w):
    w.serve(options=option(1, ip("255.255.255.0")))
    done = quick(w)
    if done.returncode == 0:
        return
    must("192.168.50.1" in done.stderr and re.search("lease.time", done.stderr), "server and reason", done.stderr)
    must("No DHCP server" not in done.stderr.splitlines()[-1], "not that nobody has answered", done.stderr)


def unusable(w, words, *arguments, **says):
    """What the server says cannot be used: the client names it and the reason, and not silence."""
    w.serve(**says)
    done = quick(w, *arguments, timeout="3s")
    last = done.stderr.splitlines()[-1]
    must(done.returncode == 3 and "192.168.50.1 has answered" in last and words in last, "server and reason", done.stderr)
    must("No DHCP server has answered" not in done.stderr, "not that nobody has answered", done.stderr)
    must(done.stderr.count("Dropped a DHCP OFFER") == 1, "told once", done.stderr)


@case("dropped.no-server-identifier")
def _(w):
    server = w.serve(silent=True)
    unusable(w, "server identifier", answer=lambda m: (lambda message: [
        server.reply(m, OFFER).replace(option(54, ip("192.168.50.1")), bytes(6))]))


@case("dropped.no-address")
def _(w):
    unusable(w, "address", gives="0.0.0.0")


@case("dropped.other-client-identifier")
def _(w):
    unusable(w, "client identifier", more=option(61, b"\1\2\0\0\0\0\x99"))


@case("dropped.other-server-wanted")
def _(w):
    unusable(w, "another server", "--server=192.168.50.9")


@case("dropped.unreadable")
def _(w):
    server = w.serve(silent=True)
    w.serve(answer=lambda m: (lambda message: [server.reply(m, OFFER)[:-1] + b"\x0c\x20short"]))
    done = quick(w, timeout="3s")
    must("192.168.50.1 has answered" in done.stderr.splitlines()[-1], "the server", done.stderr)


@case("dropped.verbose")
def _(w):
    w.serve()
    w.serve(address="192.168.50.2", gives="192.168.50.99")
    done = quick(w, "-v")
    must(done.returncode == 0, "a lease", done.stderr)
    must(re.search(r"Dropped a DHCP OFFER from 192\.168\.50\.2:67: it came when", done.stderr), "told", done.stderr)


@case("dropped.nothing")
def _(w):
    done = quick(w, timeout="3s")
    must(done.returncode == 3 and "No DHCP server has answered" in done.stderr, "said", done.stderr)


@case("dropped.for-another")
def _(w):
    server = w.serve()
    server.answer = lambda m: (lambda message: [server.reply(m, OFFER, xid=b"abcd", chaddr=mac("02:00:00:00:00:77"))])
    done = quick(w, timeout="3s")
    must(done.returncode == 3 and "No DHCP server has answered" in done.stderr, "said", done.stderr)


@case("dropped.refusal")
def _(w):
    w.serve(answer=lambda m: OFFER if m.kind == DISCOVER else NAK)
    must(quick(w).returncode == 4, "status 4")


# ---- duplicates -------------------------------------------------------------------------------------------

def obtained(done):
    must(done.returncode == 0, "a lease", done.stderr)
    return json.loads(done.stdout)


@case("duplicates.server-id")
def _(w):
    w.serve(router="192.168.50.1", more=option(54, ip("192.168.50.1")))
    must(obtained(quick(w, "--json=short"))["ServerIdentifier"] == "192.168.50.1", "server")


@case("duplicates.lease-time")
def _(w):
    w.serve(router="192.168.50.1", more=seconds(51, 3600))
    must("3600" in json.dumps(obtained(quick(w, "--json=short"))), "3600 s")


@case("duplicates.mask")
def _(w):
    w.serve(more=option(1, ip("255.255.255.0")) + option(28, ip("192.168.50.255")) * 2 + seconds(58, 100) * 2)
    must(obtained(quick(w, "--json=short"))["PrefixLength"] == 24, "mask")


@case("duplicates.split")
def _(w):
    w.serve(options=hex_option("33 04 00 00 0e 10 01 04 ff ff ff 00 03 04 c0 a8 32 01 79 05 10 0a 14 c0 a8 79 09 32 02 10 "
                               "0a 1e c0 a8 32 03"))
    text = json.dumps(obtained(quick(w, "--json=short")))
    must("10.20.0.0" in text and "10.30.0.0" in text, "both routes", text)


@case("duplicates.none")
def _(w):
    w.serve()
    lease = obtained(quick(w, "--json=short"))
    must(lease["Address"] == "192.168.50.77" and lease["PrefixLength"] == 24, "lease", lease)


# ---- identity ---------------------------------------------------------------------------------------------

def identifier(w, interface="c0"):
    before = len(w.messages)
    done = w.client("-i", interface, "--client-id=machine", "--acd=off", "--state-file=", "--timeout=5s")
    must(done.returncode == 0, "a lease", done.stderr)
    return w.messages[before].options[61]


@case("identity.recreated")
def _(w):
    w.serve()
    first = identifier(w)
    w.inside("ip link del c0")
    w.inside("ip link add v9 type veth peer name v8")
    time.sleep(0.3)
    w.cable()
    second = identifier(w)
    must(first == second, "the same", first.hex() + " " + second.hex())


@case("identity.same")
def _(w):
    w.serve()
    first = identifier(w)
    must(first == identifier(w) and first[0] == 255, "the same", first.hex())


@case("identity.differ")
def _(w):
    w.serve()
    w.cable(1, "192.168.51.1/24")
    w.serve("s1", "192.168.51.1", gives="192.168.51.77")
    first, second = identifier(w), identifier(w, "c1")
    must(first[5:] == second[5:] and first[1:5] != second[1:5], "DUID and IAID", first.hex() + " " + second.hex())


# ---- names ------------------------------------------------------------------------------------------------

def environment(w, options, *more):
    path = w.path("environment")
    w.serve(more=options)
    done = w.client("-i", "c0", "--acd=off", "--state-file=", "--timeout=5s", *more,
                    "--script=" + script(w, f"env -0 >{path}\n"))
    must(done.returncode == 0, "a lease", done.stderr)
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        return dict(line.split("=", 1) for line in file.read().split("\0") if line)


SAFE = re.compile(r"^[A-Za-z0-9._-]*$")
SAFE_LIST = re.compile(r"^[A-Za-z0-9._ -]*$")


@case("names.domain")
def _(w):
    found = environment(w, option(15, b"ex'; touch /tmp/x; #"))
    must(SAFE.match(found.get("MINIDHCP_DOMAIN", "")), "domain", found.get("MINIDHCP_DOMAIN"))


for number, bad in enumerate((b"a b.example", b"$(id).example", b"`id`", b"a..b", b"-x.example", b"a\xff.example", b"*",
                              b"x" * 70 + b".example", b"a.b\tc", b"%s%n", b"a/b")):
    def bad_name(w, bad=bad):
        found = environment(w, option(15, bad) + option(12, bad))
        for name in ("MINIDHCP_DOMAIN", "MINIDHCP_HOSTNAME"):
            must(name not in found, name, found.get(name))
    CASES[f"names.bad-{number}"] = (bad_name, True)


@case("names.search")
def _(w):
    found = environment(w, hex_option(
        "77 29 04 67 6f 6f 64 07 65 78 61 6d 70 6c 65 00 06 65 76 69 6c 20 78 08 63 6f 6d 20 2d 4f 20 78 00 05 24 28 69 64 "
        "29 00 01 2a 00"))
    must(found.get("MINIDHCP_SEARCH", "good.example") == "good.example", "search", found.get("MINIDHCP_SEARCH"))


@case("names.boot-file")
def _(w):
    found = environment(w, option(67, b"a'; id; #\nX=1") + option(66, b"$(id)"))
    must("\n" not in found.get("MINIDHCP_BOOT_FILE", ""), "no line break", found)


@case("names.good")
def _(w):
    found = environment(w, option(12, b"host-1") + option(15, b"sub.example.org") + option(
        119, b"\x01a\x07example\x00\x01b\x01c\x07example\x00"))
    must((found["MINIDHCP_HOSTNAME"], found["MINIDHCP_DOMAIN"], found["MINIDHCP_SEARCH"]) ==
         ("host-1", "sub.example.org", "a.example b.c.example"), "names", found)


@case("names.newline")
def _(w):
    found = environment(w, hex_option(
        "0c 19 68 6f 73 74 0a 4d 49 4e 49 44 48 43 50 5f 44 4e 53 3d 36 2e 36 2e 36 2e 36 0f 14 78 0a 6e 61 6d 65 73 65 72 "
        "76 65 72 20 36 2e 36 2e 36 2e 36"))
    must(not [name for name, value in found.items() if name.startswith("MINIDHCP_") and "\n" in value], "no line break")


@case("names.nul")
def _(w):
    found = environment(w, hex_option("0c 06 68 6f 73 74 31 00 0f 0c 65 78 61 6d 70 6c 65 2e 6f 72 67 00"))
    must((found["MINIDHCP_HOSTNAME"], found["MINIDHCP_DOMAIN"]) == ("host1", "example.org"), "names", found)


# ---- ip_nonlocal_bind -------------------------------------------------------------------------------------

def renews_twice(w, nonlocal_bind, apply):
    w.inside(f"sysctl -q net.ipv4.ip_nonlocal_bind={nonlocal_bind}")
    w.serve(lease=20, t1=4, t2=12)
    w.start(apply=apply)
    must(wait_for(16, lambda: len([m for m in w.messages if m.kind == REQUEST and m.ciaddr == "192.168.50.77"]) >= 2),
         "two renewals", w.messages)


@case("nonlocal.renew")
def _(w):
    renews_twice(w, 1, False)


@case("nonlocal.off")
def _(w):
    renews_twice(w, 0, False)


@case("nonlocal.applied")
def _(w):
    renews_twice(w, 1, True)


# ---- rebind -----------------------------------------------------------------------------------------------

def firewall(w):
    path = w.path("firewall")
    with open(path, "w", encoding="ascii") as file:
        file.write("table inet f {\n chain input {\n  type filter hook input priority 0; policy drop\n  iif lo accept\n"
                   "  ct state established,related accept\n  meta l4proto icmp accept\n }\n}\n")
    w.inside(f"nft -f {path}")


def rebinds(w):
    w.run("ip address add 192.168.50.2/24 dev s0")

    def first(m):
        return {DISCOVER: OFFER, REQUEST: ACK if m.ciaddr == "0.0.0.0" else None}.get(m.kind)

    def second(m):
        return ACK if m.kind == REQUEST and m.ciaddr != "0.0.0.0" else None
    w.serve(lease=24, t1=5, t2=8, answer=first)
    w.serve(address="192.168.50.2", lease=24, t1=5, t2=8, answer=second)
    applied(w)
    must(wait_for(22, lambda: [m for m in w.messages if m.ip_to == "192.168.50.2" and m.kind == REQUEST]), "renews there",
         w.messages)
    must(w.kinds().count(DISCOVER) == 1 and w.addresses() == ["192.168.50.77"], "the same lease", w.messages)


@case("rebind.stateful-unicast")
def _(w):
    firewall(w)
    rebinds(w)


@case("rebind.no-firewall")
def _(w):
    rebinds(w)


@case("rebind.renew-stateful")
def _(w):
    firewall(w)
    w.serve(lease=24, t1=5)
    applied(w)
    must(wait_for(18, lambda: len([m for m in w.messages if m.kind == REQUEST and m.ciaddr != "0.0.0.0"]) >= 2), "renewals")
    must(w.kinds().count(DISCOVER) == 1, "one DISCOVER")


# ---- reboot -----------------------------------------------------------------------------------------------

def silent_to_reboot(m):
    return OFFER if m.kind == DISCOVER else ACK if m.kind == REQUEST and 54 in m.options else None


@case("reboot.silent-server")
def _(w):
    path = state_file(w, "10.9.9.50", "10.9.9.1")
    w.serve(answer=silent_to_reboot)
    w.start(state=path)
    must(wait_for(20, lambda: DISCOVER in w.kinds()), "a DISCOVER", w.messages)
    first = next(m for m in w.messages if m.kind == DISCOVER)
    must(w.messages[0].kind == REQUEST and first.at - w.messages[0].at <= 15, "in time", w.messages)
    must(wait_for(8, lambda: w.addresses() == ["192.168.50.77"]), "a lease", w.addresses())


@case("reboot.expired")
def _(w):
    path = state_file(w, "192.168.50.50", "192.168.50.1", 1000000)
    w.serve(answer=silent_to_reboot)
    w.start(state=path)
    must(wait_for(8, lambda: w.messages) and w.messages[0].kind == DISCOVER, "a DISCOVER first", w.messages)


@case("reboot.refused")
def _(w):
    path = state_file(w, "10.9.9.50", "10.9.9.1")
    w.serve(answer=lambda m: OFFER if m.kind == DISCOVER else ACK if 54 in m.options else NAK)
    w.start(state=path)
    must(wait_for(8, lambda: DISCOVER in w.kinds()), "a DISCOVER", w.messages)
    first = next(m for m in w.messages if m.kind == DISCOVER)
    must(first.at - w.messages[0].at <= 3, "in time", w.messages)
    must(wait_for(8, lambda: w.addresses() == ["192.168.50.77"]), "a lease", w.addresses())


@case("reboot.granted")
def _(w):
    path = state_file(w, "192.168.50.50", "192.168.50.1")
    w.serve(gives="192.168.50.50")
    w.start(state=path)
    must(wait_for(8, lambda: w.addresses() == ["192.168.50.50"]), "the address", w.messages)
    m = w.messages[0]
    must(m.kind == REQUEST and m.options.get(50) == ip("192.168.50.50") and 54 not in m.options and
         m.ciaddr == "0.0.0.0" and DISCOVER not in w.kinds(), "INIT-REBOOT", w.messages)


# ---- relay ------------------------------------------------------------------------------------------------

def relayed(w, **says):
    """The router forwards; the server x0 is behind it, and on s0 the router plays the relay for broadcasts."""
    space = w.namespace + "-x"
    w.run(f"ip netns add {space}")
    w.run(f"ip link add u0 type veth peer name x0 netns {space}")
    w.run("ip address add 10.99.0.2/24 dev u0")
    w.run("ip link set u0 up")
    w.run(f"ip netns exec {space} ip address add 10.99.0.1/24 dev x0")
    w.run(f"ip netns exec {space} ip link set x0 up")
    w.run(f"ip netns exec {space} ip route add default via 10.99.0.2")
    w.run("sysctl -q net.ipv4.ip_forward=1")
    w.serve(identifier="10.99.0.1", router="192.168.50.1", lease=60,
            answer=lambda m: {DISCOVER: OFFER, REQUEST: ACK}.get(m.kind) if m.broadcast else None, **says)
    helper = os.path.join(os.path.dirname(os.path.abspath(__file__)), "far_server.py")
    out = open(w.path("far"), "w", encoding="utf-8")
    w.clients.append(subprocess.Popen(["ip", "netns", "exec", space, sys.executable, "-B", helper, "192.168.50.77",
                                       "10.99.0.1"], stdout=out, stderr=out))
    w.far_space = space
    must(wait_for(20, lambda: "ready" in far(w)), "the server behind", far(w))


def far(w):
    with open(w.path("far"), encoding="utf-8") as file:
        return file.read()


@case("relay.renew")
def _(w):
    relayed(w)
    path = w.path("state")
    must(w.client("-i", "c0", "--acd=off", f"--state-file={path}", "--timeout=5s").returncode == 0, "a lease")
    done = w.client("-i", "c0", "renew", f"--state-file={path}", "--timeout=6s")
    must("REQUEST" in far(w), "arrives", w.messages)
    must(done.returncode == 0, "status 0", done.stderr)


@case("relay.release")
def _(w):
    relayed(w)
    path = w.path("state")
    must(w.client("-i", "c0", "--acd=off", f"--state-file={path}", "--timeout=5s").returncode == 0, "a lease")
    w.client("-i", "c0", "release", f"--state-file={path}")
    must(wait_for(2, lambda: "RELEASE" in far(w)), "arrives", w.messages)


@case("unsent.release")
def _(w):
    """A RELEASE that a firewall keeps here has given nothing back: the state file stays, for another attempt."""
    w.serve(router="192.168.50.1")
    path = w.path("state")
    must(w.client("-i", "c0", "--apply", "--acd=off", f"--state-file={path}").returncode == 0, "a lease")
    w.inside("nft 'add table ip t; add chain ip t o { type filter hook output priority 0; }; "
             "add rule ip t o udp dport 67 drop'")
    done = w.client("-i", "c0", "release", f"--state-file={path}")
    must(done.returncode == 1 and "firewall" in done.stderr and "Sent DHCP RELEASE" not in done.stderr, "said", done.stderr)
    must(os.path.exists(path) and w.addresses(), "kept", w.addresses())
    w.inside("nft flush ruleset")
    must(w.client("-i", "c0", "release", f"--state-file={path}").returncode == 0, "released")
    must(RELEASE in w.kinds() and not os.path.exists(path), "arrives", w.messages)


@case("unsent.release-of-service")
def _(w):
    w.serve(router="192.168.50.1", t1=1)
    path = w.path("state")
    w.start(state=path)
    must(wait_for(6, lambda: w.addresses() and os.path.exists(path)), "a lease")
    w.inside("nft 'add table ip t; add chain ip t o { type filter hook output priority 0; }; "
             "add rule ip t o udp dport 67 drop'")
    done = w.client("-i", "c0", "release", f"--state-file={path}", "--timeout=2s")
    must(done.returncode != 0, "a status", done.stderr)
    must(os.path.exists(path) and w.addresses() and "The lease is kept" in w.log(), "kept", w.log())
    w.inside("nft flush ruleset")
    must(w.client("-i", "c0", "renew", f"--state-file={path}").returncode == 0, "renewed", w.log())


@case("unsent.no-carrier")
def _(w):
    w.serve(router="192.168.50.1")
    path = w.path("state")
    must(w.client("-i", "c0", "--acd=off", f"--state-file={path}").returncode == 0, "a lease")
    w.run("ip link set s0 down")
    done = w.client("-i", "c0", "release", f"--state-file={path}")
    must(done.returncode == 3 and "carrier" in done.stderr and os.path.exists(path), "kept", done.stderr)


@case("kinds.not-ethernet")
def _(w):
    done = w.client("-i", "lo", "--state-file=")
    must(done.returncode == 1 and "lo is not like Ethernet" in done.stderr, "refused", done.stderr)


@case("relay.run-applied")
def _(w):
    relayed(w, t1=5)
    applied(w)
    must(wait_for(12, lambda: "REQUEST" in far(w)), "a REQUEST", w.messages)


@case("relay.release-on-link")
def _(w):
    w.serve()
    path = w.path("state")
    must(w.client("-i", "c0", "--acd=off", f"--state-file={path}", "--timeout=5s").returncode == 0, "a lease")
    w.client("-i", "c0", "release", f"--state-file={path}")
    must(wait_for(2, lambda: RELEASE in w.kinds()), "a RELEASE", w.messages)
    m = w.messages[-1]
    must(m.ciaddr == "192.168.50.77" and m.options[54] == ip("192.168.50.1") and
         m.options.get(61) == w.messages[0].options.get(61), "as it should be", m)

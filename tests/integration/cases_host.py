# SPDX-License-Identifier: MIT
"""What becomes of the machine: addresses, routes, links, scripts, and the verbs."""

import json
import re
import struct
import subprocess
import time

from case_kit import case, must, hex_option, quick, wait_for, has, applied, script, state_file
from case_world import ACK, DISCOVER, NAK, OFFER, RELEASE, REQUEST, ip, mac, option, seconds

# ---- gateways ---------------------------------------------------------------------------------------------

@case("gateways.zero-first")
def _(w):
    w.serve(more=option(3, ip("0.0.0.0") + ip("192.168.50.1")))
    applied(w)
    must(any(r.startswith("default via 192.168.50.1 dev c0") for r in w.routes()), "default", w.routes())


@case("gateways.own-address")
def _(w):
    w.serve(gives="172.30.0.7", options=seconds(51, 3600) + option(1, ip("255.255.255.255")) + hex_option(
        "79 0e 20 ac 1e 00 01 ac 1e 00 07 00 ac 1e 00 01"))
    applied(w)
    text = "\n".join(w.routes())
    must("172.30.0.1 dev c0" in text and "scope link" in text and "default via 172.30.0.1" in text, "routes", text)
    must(not re.search("Cannot|Left out", w.log()), "nothing said", w.log())


@case("gateways.outside")
def _(w):
    w.serve(gives="172.30.0.7", mask="255.255.255.255", router="172.30.0.1")
    applied(w)
    must(any(r.startswith("default via 172.30.0.1") for r in w.routes()), "default", w.routes())


@case("gateways.on-link-pair")
def _(w):
    w.serve(gives="172.30.0.7", mask="255.255.255.255", router="172.30.0.9",
            more=hex_option("79 0e 20 ac 1e 00 01 00 00 00 00 00 ac 1e 00 01"))
    applied(w)
    text = "\n".join(w.routes())
    must("172.30.0.1 dev c0" in text and "default via 172.30.0.1" in text and "172.30.0.9" not in text, "routes", text)


@case("gateways.host-bits")
def _(w):
    w.serve(options=hex_option("33 04 00 00 0e 10 01 04 ff ff ff 00 79 08 14 0a 01 ff c0 a8 32 01"))
    applied(w)
    must(any(r.startswith("10.1.240.0/20 via 192.168.50.1") for r in w.routes()), "route", w.routes())


@case("gateways.malformed")
def _(w):
    w.serve(options=hex_option("33 04 00 00 0e 10 01 04 ff ff ff 00 03 04 c0 a8 32 01 79 0a 21 01 02 03 04 05 06 07 08 09"))
    applied(w)
    must(any(r.startswith("default via 192.168.50.1") for r in w.routes()), "default", w.routes())


# ---- link -------------------------------------------------------------------------------------------------

@case("link.roaming", cable=False)
def _(w):
    w.cable(address=None, up=False, listen=False)
    for bridge, address in (("br1", "192.168.60.1/24"), ("br2", "10.70.0.1/24")):
        w.run(f"ip link add {bridge} type bridge forward_delay 0")
        w.run(f"ip address add {address} dev {bridge}")
        w.run(f"ip link set {bridge} up")
        w.listen(bridge)

    def knows(own):
        def answer(m):
            if m.kind == REQUEST and 54 not in m.options and m.options.get(50, ip(own)) != ip(own):
                return NAK
            return {DISCOVER: OFFER, REQUEST: ACK}.get(m.kind)
        return answer
    w.serve("br1", "192.168.60.1", gives="192.168.60.77", answer=knows("192.168.60.77"), lease=43200)
    w.serve("br2", "10.70.0.1", gives="10.70.0.77", answer=knows("10.70.0.77"), lease=43200)
    w.run("ip link set s0 master br1 up")
    applied(w)
    w.run("ip link set s0 down")
    w.run("ip link set s0 master br2")
    time.sleep(2)
    w.run("ip link set s0 up")
    must(wait_for(15, lambda: w.addresses() == ["10.70.0.77"]), "the new network's", w.addresses())


@case("link.down-up-routes")
def _(w):
    w.serve(router="192.168.50.1")
    applied(w)
    w.inside("ip link set c0 down")
    time.sleep(1)
    w.inside("ip link set c0 up")
    must(wait_for(10, lambda: any(r.startswith("default") for r in w.routes())), "default", w.routes())


@case("link.recreated")
def _(w):
    w.serve(router="192.168.50.1", lease=60)
    process = applied(w)
    w.inside("ip link del c0")
    time.sleep(1)
    w.cable()
    must(wait_for(20, lambda: w.addresses() == ["192.168.50.77"] or process.poll() not in (None, 0)), "served",
         w.log())


@case("link.mac-change")
def _(w):
    refused = []

    def answer(m):
        if m.kind == REQUEST and m.ciaddr != "0.0.0.0" and not refused:
            refused.append(m)
            return NAK
        return {DISCOVER: OFFER, REQUEST: ACK}.get(m.kind)
    w.serve(unicast=True, lease=16, t1=5, t2=9, answer=answer)
    applied(w)
    at = w.now()
    w.inside("ip link set c0 address 02:00:00:00:00:c9")
    must(wait_for(8, lambda: [m for m in w.messages if m.at > at and m.ciaddr == "0.0.0.0" and
                              m.chaddr == mac("02:00:00:00:00:c9")]), "asks with it", w.messages)
    must(wait_for(8, w.addresses), "an address")


@case("link.cable-late", cable=False)
def _(w):
    w.cable(up=False)
    w.serve(router="192.168.50.1")
    w.start()
    time.sleep(17)
    w.run("ip link set s0 up")
    must(wait_for(5, lambda: DISCOVER in w.kinds()), "a DISCOVER")


@case("link.other-link")
def _(w):
    w.serve(router="192.168.50.1")
    w.foreign("172.31.0.2/24")
    applied(w)
    time.sleep(3)
    n = len(w.messages)
    for command in ("set d0 down", "set d0 up", "set d0 address 02:00:00:00:00:d9", "del d0"):
        w.inside(f"ip link {command}")
        time.sleep(0.5)
    must(len(w.messages) == n, "nothing is sent", w.messages)
    must(w.addresses() and any(r.startswith("default") for r in w.routes()), "all is there", w.routes())


@case("link.quiet-while-bound")
def _(w):
    w.serve(t1=300)
    applied(w)
    n = len(w.messages)
    time.sleep(8)
    must(len(w.messages) == n, "nothing is sent", w.messages)


# ---- MTU --------------------------------------------------------------------------------------------------

@case("mtu.restored")
def _(w):
    w.serve(more=hex_option("1a 02 05 78"), router="192.168.50.1")
    process = applied(w, 8, "--mtu")
    w.end(process)
    must(w.mtu() == 1500, "1500", w.mtu())


@case("mtu.too-small-for-ipv6")
def _(w):
    w.serve(more=hex_option("1a 02 02 40"))
    process = applied(w, 8, "--mtu")
    must("inet6" in w.inside("ip address show dev c0"), "IPv6 is there")
    w.end(process)
    must(w.mtu() == 1500 and "inet6" in w.inside("ip address show dev c0"), "and after it", w.mtu())


@case("mtu.option57", cable=False)
def _(w):
    w.cable(up=False)
    w.run("ip link set s0 mtu 800")
    w.inside("ip link set c0 mtu 800")
    w.run("ip link set s0 up")
    w.serve()
    quick(w, timeout="3s")
    size = w.messages[0].options.get(57)
    must(size is None or 576 <= struct.unpack("!H", size)[0] <= 800, "size", size)


@case("mtu.option57-usual")
def _(w):
    w.serve()
    quick(w, timeout="3s")
    size = w.messages[0].options.get(57)
    must(size is None or 576 <= struct.unpack("!H", size)[0] <= 1500, "size", size)


@case("mtu.used")
def _(w):
    w.serve(more=hex_option("1a 02 05 78"))
    applied(w, 8, "--mtu")
    must(w.mtu() == 1400, "1400", w.mtu())


@case("mtu.invalid")
def _(w):
    w.serve(more=hex_option("1a 02 00 43"))
    applied(w, 8, "--mtu")
    must(w.mtu() == 1500, "1500", w.mtu())


# ---- routes -----------------------------------------------------------------------------------------------

@case("routes.foreign-default")
def _(w):
    w.serve(router="192.168.50.1")
    w.foreign("172.31.0.2/24")
    w.inside("ip route add default via 172.31.0.1 dev d0")
    process = applied(w)
    must(has(w, "default via 172.31.0.1 dev d0"), "with the lease", w.routes())
    w.end(process)
    must(has(w, "default via 172.31.0.1 dev d0"), "after it", w.routes())


def two_interfaces(w, ends):
    w.cable(1, "192.168.51.1/24")
    w.serve(router="192.168.50.1")
    w.serve("s1", "192.168.51.1", gives="192.168.51.77", router="192.168.51.1")
    processes = [applied(w), applied(w, interface="c1")]
    must(has(w, "default via 192.168.50.1 dev c0") and has(w, "default via 192.168.51.1 dev c1"), "both", w.routes())
    w.end(processes[ends])
    must(has(w, f"default via 192.168.{51 - ends}.1 dev c{1 - ends}"), "the other's", w.routes())


@case("routes.two-interfaces")
def _(w):
    two_interfaces(w, 1)


@case("routes.first-ends")
def _(w):
    two_interfaces(w, 0)


@case("routes.metric")
def _(w):
    w.serve(router="192.168.50.1")
    w.foreign("172.31.0.2/24")
    applied(w)
    w.inside("ip route append default via 172.31.0.1 dev d0")
    must(has(w, "metric", "default dev c0"), "a metric", w.routes())
    must("dev d0" in w.inside("ip route get 198.51.100.1"), "goes first")


@case("routes.vpn-halves")
def _(w):
    w.serve(options=hex_option("33 04 00 00 0e 10 01 04 ff ff ff 00 79 11 01 00 c0 a8 32 42 01 80 c0 a8 32 42 00 c0 a8 32 01"))
    w.foreign("10.8.0.2/24")
    halves = ("0.0.0.0/1", "128.0.0.0/1")
    for half in halves:
        w.inside(f"ip route add {half} via 10.8.0.1 dev d0")
    process = applied(w)
    must(all(has(w, f"{half} via 10.8.0.1 dev d0") for half in halves), "both", w.routes())
    must("dev d0" in w.inside("ip route get 198.51.100.1"), "go first")
    w.end(process)
    must(all(has(w, f"{half} via 10.8.0.1 dev d0") for half in halves), "after it", w.routes())


@case("routes.own-router-changes")
def _(w):
    server = w.serve(router="192.168.50.1", t1=4, lease=40)
    applied(w)
    server.router = "192.168.50.2"
    must(wait_for(10, lambda: has(w, "default via 192.168.50.2 dev c0") and len(w.routes("default dev c0")) == 1), "changed",
         w.routes())


@case("routes.own-route-goes")
def _(w):
    server = w.serve(t1=4, lease=40, more=hex_option("79 0c 10 0a 14 c0 a8 32 01 00 c0 a8 32 01"))
    applied(w)
    must(has(w, "10.20.0.0/16"), "there")
    server.more = hex_option("79 05 00 c0 a8 32 01")
    must(wait_for(10, lambda: not has(w, "10.20.0.0/16")) and has(w, "default via 192.168.50.1"), "gone", w.routes())


@case("routes.own-removed-at-end")
def _(w):
    w.serve(router="192.168.50.1", more=hex_option("79 0c 10 0a 14 c0 a8 32 01 00 c0 a8 32 01"))
    process = applied(w)
    w.end(process)
    must(not w.addresses() and not w.routes("dev c0"), "nothing is left", w.routes())


@case("routes.others-untouched")
def _(w):
    w.serve(router="192.168.50.1")
    w.inside("ip address add 10.5.0.2/24 dev c0")
    w.inside("ip route add 10.6.0.0/16 via 10.5.0.1")
    process = w.start()
    must(wait_for(8, lambda: "192.168.50.77" in w.addresses()), "a lease")
    w.end(process)
    must(w.addresses() == ["10.5.0.2"] and has(w, "10.6.0.0/16 via 10.5.0.1"), "both are there", w.routes())


# ---- what others take away ------------------------------------------------------------------------------

@case("taken.routes-flushed")
def _(w):
    w.serve(router="192.168.50.1")
    applied(w)
    for command in ("flush dev c0 proto dhcp", "del default dev c0", "flush all", "flush dev c0", "flush table main",
                    "del 192.168.50.0/24"):
        w.inside(f"ip route {command}", False)
        must(wait_for(3, lambda: has(w, "default via 192.168.50.1 dev c0 proto dhcp")), command, w.routes())
        must(wait_for(3, lambda: has(w, "192.168.50.0/24 dev c0")), command + ": the network", w.routes())
        must("Cannot" not in w.log(), "nothing fails", w.log())
        time.sleep(1.2)
    must(len(w.routes("dev c0")) == 2, "two routes", w.routes())
    w.end(w.clients[0])
    must(not w.routes("dev c0"), "nothing is left", w.routes())


@case("taken.addresses-flushed")
def _(w):
    w.serve(router="192.168.50.1")
    applied(w)
    for _try in range(3):
        w.inside("ip address flush dev c0")
        must(wait_for(3, lambda: has(w, "default via 192.168.50.1 dev c0 proto dhcp") and w.addresses()), "back", w.routes())
        time.sleep(1.2)


@case("taken.replaced")
def _(w):
    w.serve(router="192.168.50.1")
    applied(w)
    w.inside("ip route replace default via 192.168.50.9 dev c0 metric 1024")
    must(wait_for(3, lambda: has(w, "default via 192.168.50.1 dev c0 proto dhcp")), "back", w.routes())
    must(has(w, "default via 192.168.50.9 dev c0"), "beside the other", w.routes())


@case("taken.another-table")
def _(w):
    w.serve(router="192.168.50.1")
    applied(w, 8, "--table=77", "--metric=0")
    w.inside("ip route flush table 77")
    must(wait_for(3, lambda: has(w, "default via 192.168.50.1", "table 77")), "back", w.routes("table all"))


@case("taken.fight")
def _(w):
    """Somebody who takes it away as soon as it is there."""
    w.serve(router="192.168.50.1")
    applied(w)
    fighter = subprocess.Popen(["ip", "netns", "exec", w.namespace, "sh", "-c",
                                "while :; do ip route flush dev c0 proto dhcp 2>/dev/null; sleep 0.05; done"])
    w.clients.append(fighter)
    must(wait_for(40, lambda: "takes away again and again" in w.log()), "it is said", w.log())
    monitor = subprocess.Popen(["ip", "netns", "exec", w.namespace, "ip", "monitor", "route"], stdout=subprocess.PIPE,
                               text=True)
    time.sleep(25)
    fighter.kill()
    monitor.kill()
    times = len([line for line in monitor.stdout.read().splitlines() if line.startswith("default")])
    must(times <= 4, "once in ten seconds from then on", times)
    must(w.log().count("takes away again and again") == 1, "said once", w.log())
    must(wait_for(12, lambda: has(w, "default via 192.168.50.1 dev c0 proto dhcp")), "back", w.routes())


# ---- script -----------------------------------------------------------------------------------------------

HANGS = '[ "$MINIDHCP_EVENT" != acquired ] || sleep 25\n'


@case("script.hang-renews")
def _(w):
    w.serve(lease=14, t1=4, t2=8)
    applied(w, 8, "--script=" + script(w, HANGS))
    must(wait_for(12, lambda: [m for m in w.messages if m.kind == REQUEST and m.ciaddr != "0.0.0.0"]), "a renewal", w.log())
    time.sleep(4)
    must(w.addresses() == ["192.168.50.77"], "the address stays", w.log())


@case("script.hang-term")
def _(w):
    w.serve(lease=600)
    process = applied(w, 8, "--script=" + script(w, HANGS))
    time.sleep(1)
    w.end(process, 8)
    must(not w.addresses(), "the address is removed")


@case("script.hang-all-term")
def _(w):
    w.serve(lease=600)
    process = applied(w, 8, "--script=" + script(w, "trap '' TERM INT HUP; while :; do sleep 30; done\n"))
    time.sleep(1)
    w.end(process, 8)
    must(not w.addresses(), "the address is removed")


@case("script.hang-verb")
def _(w):
    w.serve(lease=600)
    began = time.monotonic()
    w.client("-i", "c0", "--acd=off", "--state-file=", "--script=" + script(w, "sleep 100\n"), "--script-timeout=2s")
    must(time.monotonic() - began < 10, "ends in time")


@case("script.order")
def _(w):
    w.serve(t1=3)
    path = w.path("events")
    process = applied(w, 8, "--script=" + script(w, f'echo "begin $MINIDHCP_EVENT" >>{path}; sleep 0.1; echo '
                                                     f'"end $MINIDHCP_EVENT" >>{path}\n'))
    time.sleep(8)
    w.end(process)
    with open(path, encoding="ascii") as file:
        events = file.read().split("\n")[:-1]
    names = [line.split()[1] for line in events]
    must(names[0::2] == names[1::2] and all(line.startswith(("begin", "end")[i % 2]) for i, line in enumerate(events)),
         "one at a time", events)
    must(names[0] == "acquired" and names[-1] == "stopped" and len(names) >= 6 and set(names[2:-2]) == {"renewed"}, "order",
         events)


@case("script.failing")
def _(w):
    w.serve(t1=3)
    process = applied(w, 8, "--script=" + script(w, "exit 1\n"))
    must(wait_for(8, lambda: [m for m in w.messages if m.kind == REQUEST and m.ciaddr != "0.0.0.0"]), "renews")
    time.sleep(1)
    must(process.poll() is None, "runs on")


# ---- two clients ------------------------------------------------------------------------------------------

def two_clients(w, apply):
    def one(m):
        mine = m.options.get(61, b"")
        server.gives = {b"\x00\xaa": "192.168.50.100", b"\x00\xbb": "192.168.50.101"}[mine]
        return {DISCOVER: OFFER, REQUEST: ACK}.get(m.kind)
    server = w.serve(lease=18, t1=5, t2=10, answer=one)
    w.start("--client-id=00:aa", apply=apply)
    time.sleep(1)
    w.start("--client-id=00:bb", apply=apply)
    for mine in (b"\x00\xaa", b"\x00\xbb"):
        def renewals(mine=mine):
            return [m for m in w.messages if m.options.get(61) == mine and m.ciaddr != "0.0.0.0"]
        must(wait_for(20, lambda: len([m for m in renewals() if not m.broadcast]) >= 3), "three renewals each", renewals())
        must(not [m for m in renewals() if m.broadcast], "none by broadcast", renewals())
    must(w.kinds().count(DISCOVER) == 2, "two DISCOVERs", w.messages)


@case("two.applied")
def _(w):
    two_clients(w, True)


@case("two.unapplied")
def _(w):
    two_clients(w, False)


@case("two.interfaces")
def _(w):
    w.cable(1, "192.168.51.1/24")
    w.serve(lease=18, t1=5)
    w.serve("s1", "192.168.51.1", gives="192.168.51.77", lease=18, t1=5)
    w.start()
    w.start(interface="c1")
    for server in ("192.168.50.1", "192.168.51.1"):
        must(wait_for(12, lambda: [m for m in w.messages if m.kind == REQUEST and m.ip_to == server]), server, w.messages)


# ---- verbs ------------------------------------------------------------------------------------------------

@case("verbs.apply-renew")
def _(w):
    w.serve(lease=90, router="192.168.50.1")
    path = w.path("state")
    must(w.client("-i", "c0", "--apply", "--acd=off", f"--state-file={path}").returncode == 0, "a lease")
    time.sleep(15)
    w.client("-i", "c0", "renew", f"--state-file={path}")
    must(w.lifetime()[0] > 76, "as long as the renewed lease", w.lifetime())


@case("verbs.apply-release")
def _(w):
    w.serve(lease=30, router="192.168.50.1")
    path = w.path("state")
    must(w.client("-i", "c0", "--apply", "--acd=off", f"--state-file={path}").returncode == 0, "a lease")
    w.client("-i", "c0", "release", f"--state-file={path}")
    must(RELEASE in w.kinds() and not w.addresses() and not w.routes("dev c0"), "gone", w.routes())


@case("verbs.show-expired")
def _(w):
    path = state_file(w, "192.168.50.77", "192.168.50.1", 1000000, 3)
    done = w.client("-i", "c0", "show", f"--state-file={path}")
    must(done.returncode != 0, "a status", done.stdout)


@case("verbs.state-null")
def _(w):
    texts = ['{"Message":null,"ObtainedUSec":1}', "null", "[]", "", "{", '{"Message":1}', '{"Message":"zz"}',
             '{"Message":{},"ObtainedUSec":null}', '"x"', '{"Message":"","ObtainedUSec":1}', "[" * 5000]
    for number, text in enumerate(texts):
        path = w.path(f"state{number}")
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        for verb in ("show", "renew", "release", "init-reboot"):
            done = w.client("-i", "c0", verb, f"--state-file={path}", "--timeout=2s")
            must(done.returncode > 0 and done.stderr, f"{verb} {text}", done.returncode)


@case("verbs.state-missing")
def _(w):
    for verb in ("renew", "release", "show"):
        done = w.client("-i", "c0", verb, f"--state-file={w.path('none')}")
        must(done.returncode == 1 and done.stderr, verb, done.returncode)


@case("verbs.renew-unapplied")
def _(w):
    w.serve()
    path = w.path("state")
    must(w.client("-i", "c0", "--acd=off", f"--state-file={path}").returncode == 0, "a lease")
    with open(path, encoding="utf-8") as file:
        before = json.load(file)["ObtainedUSec"]
    time.sleep(1)
    done = w.client("-i", "c0", "renew", f"--state-file={path}")
    with open(path, encoding="utf-8") as file:
        after = json.load(file)["ObtainedUSec"]
    m = w.messages[-1]
    must(done.returncode == 0 and after > before and not w.addresses(), "renewed", done.stderr)
    must(m.kind == REQUEST and m.ciaddr == "192.168.50.77" and 50 not in m.options and 54 not in m.options, "REQUEST", m)


@case("verbs.show-live")
def _(w):
    w.serve()
    path = w.path("state")
    must(w.client("-i", "c0", "--acd=off", f"--state-file={path}").returncode == 0, "a lease")
    done = w.client("-i", "c0", "show", f"--state-file={path}")
    must(done.returncode == 0 and "192.168.50.77" in done.stdout, "shown", done.stdout)


@case("verbs.nothing-unasked")
def _(w):
    w.serve(router="192.168.50.1", more=hex_option("1a 02 05 78"))
    must(w.client("-i", "c0", "--acd=off", f"--state-file={w.path('state')}").returncode == 0, "a lease")
    must(not w.addresses() and not w.routes() and w.mtu() == 1500, "nothing", w.routes())

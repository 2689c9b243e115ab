# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Beside lib.sh for scripts with relays: routers between the server's link up0 and LANs of their own.

# new_relay NAME N - a router between the server's two links and a LAN of its own, 172.16.N.0/24, for which
# the server's way is the first link.
new_relay() {
        new_client "$1" up0 "02:00:00:00:07:0$2"
        ip -n "$1" address add "10.0.0.$2/24" dev eth0
        ip -n "$1" route add default via 10.0.0.1
        ip -n "$1" link add lan0 type bridge
        ip -n "$1" address add "172.16.$2.1/24" dev lan0
        ip -n "$1" link set lan0 up
        ip netns exec "$1" sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 \
                net.ipv4.conf.eth0.rp_filter=0
        ip route add "172.16.$2.0/24" via "10.0.0.$2"
}

# new_client_behind RELAY NAME MAC
new_client_behind() {
        ip netns add "$2"
        ip -n "$1" link add "$2" type veth peer name eth0 address "$3" netns "$2"
        ip -n "$1" link set "$2" master lan0 up
        ip -n "$2" link set lo up
        ip -n "$2" link set eth0 up
}

# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154
#
# Two network namespaces with a veth pair between them, and which core belongs to which side. The clients' network
# is behind the relay agent, as seen from the server.

server_space=dhcp-bench-$$-server
client_space=dhcp-bench-$$-client

# The cores that we may use, one a line.
allowed_cores() {
        local range
        for range in $(taskset -cp $$ | sed 's/.*: //; s/,/ /g'); do
                seq "${range%-*}" "${range#*-}"
        done
}

make_network() {
        local cores
        mapfile -t cores < <(allowed_cores)
        server_core=${cores[0]} client_core=${cores[1]:-${cores[0]}}

        ip netns add "$server_space" &&
                ip netns add "$client_space" &&
                ip link add eth0 netns "$server_space" type veth peer name eth0 netns "$client_space" &&
                ip -n "$server_space" link set lo up &&
                ip -n "$client_space" link set lo up &&
                ip -n "$server_space" address add "$server_address/30" dev eth0 &&
                ip -n "$client_space" address add "$link_address/30" dev eth0 &&
                ip -n "$client_space" address add "$relay_address/32" dev eth0 &&
                ip -n "$server_space" link set eth0 up &&
                ip -n "$client_space" link set eth0 up &&
                ip -n "$server_space" route add 10.0.0.0/8 via "$link_address" ||
                fail "cannot make the network"
}

# The link goes with the namespaces.
remove_network() {
        local space
        for space in "$server_space" "$client_space"; do
                [ ! -e "/run/netns/$space" ] || ip netns delete "$space"
        done
}

on_server_core() {
        taskset -c "${server_core:-0}" "$@"
}

on_clients() {
        ip netns exec "$client_space" taskset -c "$client_core" "$@"
}

# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034
#
# What the scripts about minidhcp-client share: a namespace "c" for clients, "s" for servers, cables between them, and
# servers that say what they are told to (answer.py).

# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

scratch=$(mktemp -d)
chmod 755 "$scratch"
declare -A server_pids=() client_pids=()

subnet='01 04 ff ff ff 00' hour='33 04 00 00 0e 10' router='03 04 c0 a8 32 01'

new_namespaces() {
        ip netns add c
        ip netns add s
        ip -n c link set lo up
        ip -n s link set lo up
}

# new_cable NUMBER - cN in "c", and sN with 192.168.(50+N).1/24 in "s".
new_cable() {
        ip -n c link add "c$1" address "02:00:00:00:00:c$1" type veth peer name "s$1" netns s
        ip -n s address add "192.168.$((50 + $1)).1/24" dev "s$1"
        ip -n s link set "s$1" up
        ip -n c link set "c$1" up
}

# new_foreign_link ADDRESS/LENGTH - d0, which is not the client's.
new_foreign_link() {
        ip -n c link add d0 type veth peer name d1 netns s
        ip -n c address add "$1" dev d0
        ip -n c link set d0 up
        ip -n s link set d1 up
}

# says NUMBER OPTIONS [ADDRESS [MORE-JSON]] - from now on the server on sN answers by this.
says() {
        local net=192.168.$((50 + $1))
        jq -n --arg address "${3-$net.77}" --arg server "$net.1" --arg options "$2" "{Address: \$address,
                Server: \$server, Options: \$options} + ${4-{\}}" >"$scratch/s$1.new"
        mv "$scratch/s$1.new" "$scratch/s$1.json"
}

serve() {
        ip netns exec s /usr/bin/python3 -B "$here/answer.py" "s$1" "$scratch/s$1.json" >"$scratch/s$1.log" \
                2>"$scratch/s$1.error" &
        server_pids[$1]=$!
        wait_for 10 listens "$1"
}

listens() {
        [ -n "$(ip netns exec s ss -Hlun "sport = 67" | grep "%s$1:")" ]
}

# run_client NUMBER [OPTION…] - the service on cN, and waits until it holds its lease. Not within check, which is a shell
# of its own.
run_client() {
        local number=$1
        shift
        ip netns exec c minidhcp-client run -i "c$number" --apply --acd=off --state-file= --no-dns "$@" \
                >"$scratch/c$number.log" 2>&1 &
        client_pids[$number]=$!
        wait_for 10 grep -q 'Received DHCP ACK' "$scratch/c$number.log" && wait_for 5 has_address "$number"
}

end_client() {
        kill "${client_pids[$1]}"
        wait "${client_pids[$1]}"
}

has_address() {
        ip -n c -4 -json address show dev "c$1" | jq -e '.[].addr_info[]? | select(.dynamic)' >/dev/null
}

# routes [SELECTOR…] - one a line, without what the kernel adds by itself.
routes() {
        ip -n c -4 route show "$@" | grep -v 'proto kernel' | sed 's/ *$//; s/ linkdown//'
}

has_route() {
        routes table all | grep -qE -e "$1"
}

has_no_route() {
        ! has_route "$1"
}

# What no test may lose: every route but those of protocol dhcp, and the addresses that do not end.
foreign() {
        ip -n c -4 route show table all | grep -vE 'proto (dhcp|kernel)|table local'
        ip -n c -4 -json address show | jq -r '.[] | .ifname as $name | .addr_info[]? | select(.dynamic | not) |
                $name + " " + .local'
}

stop_all() {
        local pid
        for pid in "${client_pids[@]}" "${server_pids[@]}"; do
                kill "$pid" 2>/dev/null
                wait "$pid" 2>/dev/null
        done
        client_pids=() server_pids=()
        ip netns del c
        ip netns del s
}

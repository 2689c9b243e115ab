# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154
#
# Beside lib.sh for scripts about minidhcp-client alone: a namespace "c" for clients, "s" for servers that play a part
# (stage.py), a cable c0-s0 between them.

scratch=$(mktemp -d)
declare -A stages=()
client=''

new_stage() {
        ip netns add c
        ip netns add s
        ip -n c link set lo up
        ip -n s link set lo up
        new_cable
}

new_cable() {
        ip -n c link add c0 address 02:00:00:00:00:c1 type veth peer name s0 netns s
        ip -n s address add 192.168.50.1/24 dev s0
        ip -n s link set s0 up
        ip -n c link set c0 up
}

# play INTERFACE [OPTION…] - a server, in place of the one before; what it hears is in $scratch/INTERFACE.
play() {
        local interface=$1
        shift
        stop_playing "$interface"
        ip netns exec s /usr/bin/python3 -B "$here/stage.py" "$interface" "$@" >"$scratch/$interface" \
                2>"$scratch/$interface.error" &
        stages[$interface]=$!
        wait_for 10 plays "$interface"
}

plays() {
        ip netns exec s ss -Hlun 'sport = 67' | grep -q "%$1:"
}

stop_playing() {
        [ -n "${stages[$1]-}" ] || return 0
        kill "${stages[$1]}"
        wait "${stages[$1]}" 2>/dev/null
        sed 's/^/# stage: /' "$scratch/$1.error"
        unset "stages[$1]"
}

# heard INTERFACE [FILTER] - the messages that the server on it has heard, one a line.
heard() {
        jq -c "select(${2-true})" "$scratch/$1"
}

# n_heard INTERFACE FILTER
n_heard() {
        heard "$@" | wc -l
}

has_heard() {
        [ "$(n_heard "$1" "$2")" -ge "${3-1}" ]
}

# order INTERFACE - what was heard, in one line.
order() {
        jq -r .Is "$scratch/$1" | paste -sd' '
}

# run_client [OPTION…] - the service on c0, with its lease configured; its log is $scratch/log.
run_client() {
        ip netns exec c minidhcp-client run -i c0 --apply --no-dns --acd=off "$@" >"$scratch/log" 2>&1 &
        client=$!
}

end_client() {
        kill "$client" 2>/dev/null
        wait "$client"
}

# verb VERB [OPTION…] - one that ends, on c0.
verb() {
        ip netns exec c timeout 60 minidhcp-client -i c0 --no-dns "$@" 2>&1
}

addresses() {
        ip -n c -4 -json address show dev "${1-c0}" 2>/dev/null | jq -r '.[].addr_info[]?.local' | sort | paste -sd' '
}

has_addresses() {
        [ "$(addresses "${2-c0}")" = "$1" ]
}

has_default_route() {
        ip -n c route show default | grep -q "via ${1-192.168.50.1} dev c0"
}

end_stage() {
        local interface
        for interface in "${!stages[@]}"; do stop_playing "$interface"; done
        ip netns del c
        ip netns del s
}

# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034
#
# What the integration scripts share. They run as root inside tests/sandbox with the project installed, and
# find nothing started.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../tap.sh
. "$here/../tap.sh"

server_address=192.168.1.69
state_directory=/var/lib/mini-dhcp
lease_file=$state_directory/leases.csv
configuration=/etc/mini-dhcp/mini-dhcp.conf

# ---- the network -----------------------------------------------------------------------------------------

# new_lan BRIDGE ADDRESS/LENGTH - a bridge on which the server has this address.
new_lan() {
        ip link add "$1" type bridge
        ip address add "$2" brd + dev "$1"
        ip link set "$1" up
}

# new_client NAME BRIDGE MAC - a network namespace whose eth0 is connected to the bridge.
new_client() {
        ip netns add "$1"
        ip link add "$1" type veth peer name eth0 address "$3" netns "$1"
        ip link set "$1" master "$2" up
        ip -n "$1" link set lo up
        ip -n "$1" link set eth0 up
}

# on_client CLIENT COMMAND… - for what is waited for here. A function in the background is a shell of its own: what
# is to be stopped by $! is started by ip netns exec itself, or its shell dies and it lives on.
on_client() {
        ip netns exec "$@"
}

client_address() {
        ip -n "$1" -4 -json address show dev eth0 | jq -r '.[].addr_info[]?.local'
}

client_has_address() {
        [ -n "$(client_address "$1")" ]
}

client_has_no_address() {
        [ -z "$(client_address "$1")" ]
}

# udhcpc_once CLIENT [OPTION…] - gets a lease, or fails within some ten seconds; leaves nothing running.
udhcpc_once() {
        local client=$1
        shift
        on_client "$client" udhcpc -i eth0 -n -q -t 4 -T 2 "$@" 2>&1
}

# packet CLIENT ARGUMENT… - see packet.py.
packet() {
        on_client "$1" /usr/bin/python3 -B "$here/packet.py" "${@:2}"
}

# ---- the server ------------------------------------------------------------------------------------------

# unpack_packages SCRIPT - what tests/run has downloaded for it. Not by dpkg-deb -x, which puts a folder where /lib is a
# link.
unpack_packages() {
        local package
        for package in /usr/lib/mini-dhcp-tests/packages/"$1"/*.deb; do
                [ ! -e "$package" ] || dpkg-deb --fsys-tarfile "$package" |
                        tar -x -C / --keep-directory-symlink --no-overwrite-dir
        done
}

start_socket() {
        systemctl start mini-dhcp.socket
}

service_is() {
        [ "$(systemctl is-active mini-dhcp.service)" = "$1" ]
}

# The configuration comes from stdin.
configure() {
        mkdir -p "${configuration%/*}"
        cat >"$configuration"
}

journal() {
        journalctl --sync
        journalctl --no-pager -o cat -u mini-dhcp.service
}

journal_has() {
        journal | grep -qE -e "$1"
}

n_journal_lines() {
        journal | wc -l
}

# check_journal NAME REGULAR-EXPRESSION - holds when a line matches, or one does soon: the service writes its journal
# behind what it does.
check_journal() {
        wait_for 5 journal_has "$2"
        check_output "$1" "$2" journal
}

# lease_field ADDRESS COLUMN - from the last row of an address, which is the one that holds.
lease_field() {
        /usr/bin/python3 -B - "$lease_file" "$@" <<'PYTHON'
import csv, sys
path, address, column = sys.argv[1:]
value = ""
with open(path, newline="", encoding="utf-8", errors="surrogateescape") as file:
    for row in csv.DictReader(file):
        if row["address"] == address:
            value = row[column]
print(value)
PYTHON
}

lease_is() {
        [ "$(lease_field "$1" state)" = "$2" ]
}

# watch_signals FILE - from now on what the server says on the bus is added there, as JSON; the watcher is $monitor.
watch_signals() {
        busctl --json=short monitor org.minidhcp1 >"$1" 2>"$1.log" &
        monitor=$!
        wait_for 10 grep -q '^Monitoring' "$1.log"
}

# The lease as the bus tells it; empty when there is none.
bus_lease() {
        minidhcpctl --json=short list-leases 2>/dev/null | jq -c --arg address "$1" \
                '(if type == "object" then .Leases else . end)[] | select(.Address == $address)'
}

# ---- the end ---------------------------------------------------------------------------------------------

# What the server said helps who reads about a failure.
finish() {
        if [ "$tap_failures" != 0 ]; then
                note "the journal of mini-dhcp:"
                note "$(journalctl --no-pager -o short-precise -u 'mini-dhcp.*' 2>&1 | tail -60)"
        fi
        end_tests
}

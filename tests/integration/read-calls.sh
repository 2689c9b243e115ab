# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154
#
# Everything that reads over the bus, for the scripts that do it with a lease file of many rows: more than can be
# listed as objects, so that some calls are to be refused. Needs lib.sh, and load.sh: its network, its pool.

bus_call=/tmp/bus-call
bus_name=org.minidhcp1
bus_root=/org/minidhcp1
first_address=10.1.0.0
lease_seconds=43200

# shellcheck source=../bench/servers.sh
. "$here/../bench/servers.sh"

# fill_leases N - clients 0 and so on of the load generator have the pool's first addresses.
fill_leases() {
        mkdir -p "$state_directory"
        fill_mini_dhcp "$1" load >"$lease_file"
}

build_bus_call() {
        gcc -Wall -Werror -o $bus_call "$here/bus-call.c" -lsystemd
}

# The unique name of the server's connection: another one means that it was lost.
bus_owner() {
        busctl --json=short call org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus \
                GetNameOwner s $bus_name | jq -r '.data[0]'
}

manager() {
        $bus_call $bus_root $bus_name.Manager "$@"
}

managed_objects() {
        $bus_call $bus_root/"$1" org.freedesktop.DBus.ObjectManager GetManagedObjects
}

# properties PATH-BELOW-THE-ROOT INTERFACE
properties() {
        $bus_call "${bus_root}${1%/}" org.freedesktop.DBus.Properties GetAll s $bus_name."$2"
}

# page CURSOR LIMIT
page() {
        busctl call $bus_name $bus_root $bus_name.Manager ListLeases 'a{sv}tu' 0 "$@"
}

tool() {
        minidhcpctl --no-pager "$@"
}

# What sd_bus_path_encode() makes of the first address.
lease_label() {
        echo "_3${first_address//./_2e}"
}

# Each call as a line: what a line of its answer looks like, and the command. See bus-call.c for "ok" and for errors.
read_calls() {
        cat <<LINES
^ok$ manager ListPools
^ok$ manager ListHosts
^ok$ manager FindHosts s printer
^ok$ manager ListInterfaces
^ok$ manager Describe
^ok$ manager GetStatistics
^ok$ manager GetDelays
^ok$ manager Explain d HardwareAddress:=abcdef .
^ok$ manager GetLease s $first_address
^ok$ manager FindLeases d HardwareAddress:=abcdef .
^org.freedesktop.DBus.Error.LimitsExceeded:.*ListLeases manager FindLeases d .
^ok$ managed_objects pool
^ok$ managed_objects host
^ok$ managed_objects interface
^org.freedesktop.DBus.Error.LimitsExceeded:.*ListLeases managed_objects lease
^ok$ properties / Manager
^ok$ properties /pool/load Pool
^ok$ properties /interface/eth0 Interface
^ok$ properties /lease/$(lease_label) Lease
^a\(sayaysssstttua page 0 0
^a\(sayaysssstttua page 50000 4294967295
/org/minidhcp1/pool/load busctl --no-pager --list tree $bus_name
Lease.*interface busctl --no-pager introspect $bus_name $bus_root/lease/$(lease_label)
[0-9] tool status
load tool list-pools
eth0 tool list-interfaces
$first_address tool show-lease $first_address
bound tool metrics
LINES
}

# answered EXPECTED COMMAND… - whether a line of what the command prints is like this.
answered() {
        local expected=$1
        shift
        "$@" 2>&1 | grep -E -e "$expected" >/dev/null
}

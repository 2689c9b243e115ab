# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154
#
# mini-dhcp.service under load, for the scripts that take something away from it meanwhile: a network with the load
# generator of tests/bench at its other end, what it was told, and a disk with faults.

load=/usr/lib/mini-dhcp-tests/load
load_server=172.30.0.1
relay=10.0.0.2
control=/run/faulty-disk
shim=/usr/lib/mini-dhcp-tests/faulty-disk.so
override=/run/systemd/system/mini-dhcp.service.d
work=$(mktemp -d)
acked=$work/acked
load_pid=''
: >"$acked"

new_load_network() {
        ip netns add clients
        ip link add eth0 type veth peer name eth0 netns clients
        ip -n clients link set lo up
        ip address add $load_server/30 dev eth0
        ip -n clients address add 172.30.0.2/30 dev eth0
        ip -n clients address add $relay/32 dev eth0
        ip link set eth0 up
        ip -n clients link set eth0 up
        ip route add 10.0.0.0/8 via 172.30.0.2
        configure <<'CONFIGURATION'
[Pool load]
Interface=eth0
Subnet=10.0.0.0/8
Range=10.1.0.0-10.32.255.255
DefaultLeaseTimeSec=12h
MaxLeaseTimeSec=12h
CONFIGURATION
}

# make_disk_faulty - from the next start on.
make_disk_faulty() {
        check "the faulty disk is built" gcc -std=gnu17 -D_GNU_SOURCE -O1 -Wall -Wextra -Werror -shared -fPIC \
                "$here/faulty-disk.c" -o $shim
        mkdir -p $override $control/faults $control/image
        chown -R mini-dhcp: $control
        cat >$override/faulty-disk.conf <<END
[Service]
Environment=LD_PRELOAD=$shim
Environment=FAULTY_DISK_DIRECTORY=$state_directory
Environment=FAULTY_DISK_CONTROL=$control
ReadWritePaths=$control
ExecStartPre=+/usr/bin/python3 -B $here/power-cut.py $control $state_directory
END
        systemctl daemon-reload
}

# fault CALL TEXT - see faulty-disk.c.
fault() {
        echo "$2" >$control/new
        mv $control/new "$control/faults/$1"
}

no_faults() {
        rm -f $control/faults/*
}

# start_load SECONDS [OPTION…]
start_load() {
        local seconds=$1
        shift
        # no function: $! is to be the load generator itself
        ip netns exec clients $load --server=$load_server --relay=$relay --seconds="$seconds" --acked-log="$acked" \
                "$@" >"$work/report" 2>"$work/summary" &
        load_pid=$!
}

# end_load NAME - a case, which holds when the server has made no fault: no wrong reply, no address of two clients, no
# lease that it has forgotten, and none of what --expect-restarts allows when that was not given.
end_load() {
        local code=0
        kill $load_pid 2>/dev/null
        wait $load_pid || code=$?
        if [ $code = 0 ]; then
                ok "$1"
        else
                not_ok "$1" "the load generator exits with $code"$'\n'"$(cat "$work/summary" "$work/report")"
        fi
}

# reported FIELD - of what the load generator has told at its end.
reported() {
        jq ".$1" "$work/report"
}

n_acked() {
        wc -l <"$acked"
}

# acked_more THAN
acked_more() {
        [ "$(n_acked)" -gt "$1" ]
}

# What the server sent before it stopped granting has arrived, and is in the log.
acks_stand_still() {
        local before
        before=$(n_acked)
        sleep 0.5
        [ "$(n_acked)" = "$before" ]
}

# nothing_granted SECONDS - nor renewed, once what was on its way has arrived.
nothing_granted() {
        local before
        wait_for 10 acks_stand_still || return
        before=$(n_acked)
        sleep "$1"
        [ "$(n_acked)" = "$before" ]
}

# leases CHECK… - see leases.py.
leases() {
        /usr/bin/python3 -B "$here/leases.py" "$acked" "$@"
}

main_pid() {
        systemctl show -P MainPID mini-dhcp.service
}

# Dead or another: the process that had this id is gone and one is running again.
restarted() {
        local pid
        pid=$(main_pid)
        [ "$pid" != "$1" ] && [ "$pid" != 0 ] && service_is active
}

status_text() {
        systemctl show -P StatusText mini-dhcp.service
}

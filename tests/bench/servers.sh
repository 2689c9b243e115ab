# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154
#
# The servers that are compared: how each is configured, fed with leases, started, stopped. One runs at a time;
# its process is $server_pid, its files are in $state/NAME, what it says is in $scratch/NAME.log.

server_pid=''
lease_seconds=43200
# dnsmasq looks through all leases for each packet, and writes them all for each ACK
dnsmasq_leases_max=10000

is_ours() {
        [ "$1" = mini-dhcp ] || [ "$1" = reflector ]
}

server_is_available() {
        case $1 in
        reflector | mini-dhcp) true ;;
        kea) command -v kea-dhcp4 >/dev/null ;;
        dnsmasq) command -v dnsmasq >/dev/null ;;
        *) fail "$1: no server that is known here" ;;
        esac
}

# Those of $servers that there are; the exit status is of no interest.
available_servers() {
        local name
        for name in $servers; do
                if server_is_available "$name"; then
                        echo "$name"
                else
                        echo "run: $name is not installed, and left out" >&2
                fi
        done
}

can_have_leases() {
        case $1 in
        reflector) [ "$2" = 0 ] ;;
        dnsmasq) [ "$2" -le $dnsmasq_leases_max ] ;;
        esac
}

# ---- configurations --------------------------------------------------------------------------------------

configure_mini_dhcp() {
        cat <<END
[Pool bench]
Interface=eth0
Subnet=10.0.0.0/8
Range=$first_address-$last_address
Router=10.0.0.1
DNS=10.0.0.1
DefaultLeaseTimeSec=$lease_seconds
MaxLeaseTimeSec=$lease_seconds
END
}

configure_kea() {
        jq -n --arg pool "$first_address - $last_address" --arg leases "$state/kea/leases.csv" \
                --argjson lifetime $lease_seconds '{Dhcp4: {
                "interfaces-config": {interfaces: ["eth0"], "dhcp-socket-type": "udp"},
                "lease-database": {type: "memfile", persist: true, name: $leases, "lfc-interval": 0},
                "valid-lifetime": $lifetime,
                subnet4: [{id: 1, subnet: "10.0.0.0/8", pools: [{pool: $pool}], "option-data": [
                        {name: "routers", data: "10.0.0.1"},
                        {name: "domain-name-servers", data: "10.0.0.1"}]}],
                loggers: [{name: "kea-dhcp4", severity: "WARN",
                        output_options: [{output: "stderr"}]}]}}'
}

configure_dnsmasq() {
        cat <<END
port=0
user=root
pid-file=
interface=eth0
no-ping
quiet-dhcp
log-facility=-
dhcp-authoritative
dhcp-lease-max=20000000
dhcp-leasefile=$state/dnsmasq/leases
dhcp-range=$first_address,$last_address,255.0.0.0,$lease_seconds
dhcp-option=option:router,10.0.0.1
dhcp-option=option:dns-server,10.0.0.1
END
}

# ---- lease files -----------------------------------------------------------------------------------------

# client_rows N AWK-STATEMENT - runs the statement for N clients: number in i, "address" and "hardware" as text.
# Client i has the i-th address of the range, as the load generator's --assume-from= has it.
client_rows() {
        awk -v n="$1" -v first="$first_address" -v now="$(date +%s)" "
        BEGIN {
                split(first, part, \".\")
                base = ((part[1] * 256 + part[2]) * 256 + part[3]) * 256 + part[4]
                for (i = 0; i < n; i++) {
                        a = base + i
                        address = int(a / 16777216) \".\" int(a / 65536) % 256 \".\" int(a / 256) % 256 \".\" a % 256
                        hardware = sprintf(\"02:00:%02x:%02x:%02x:%02x\", int(i / 16777216),
                                int(i / 65536) % 256, int(i / 256) % 256, i % 256)
                        $2
                }
        }"
}

# fill_mini_dhcp N [POOL]
fill_mini_dhcp() {
        local expires updated
        expires=$(date -u -d "+$lease_seconds seconds" +%FT%TZ) updated=$(date -u +%FT%T.000001Z)
        echo address,client_id,hardware_address,hostname,state,expires_at,pool,updated_at
        client_rows "$1" "print address \",01:\" hardware \",\" hardware \",,bound,$expires,${2:-bench},$updated\""
}

fill_kea() {
        echo address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context
        client_rows "$1" "print address \",\" hardware \",,$lease_seconds,\" now + $lease_seconds \",1,0,0,,0,\""
}

fill_dnsmasq() {
        client_rows "$1" "print now + $lease_seconds, hardware, address, \"*\", \"*\""
}

# ---- processes -------------------------------------------------------------------------------------------

# prepare_server NAME LEASES - configuration and lease file.
prepare_server() {
        rm -rf "${state:?}/$1"
        mkdir "$state/$1" || exit 1
        case $1 in
        mini-dhcp)
                configure_mini_dhcp >"$scratch/mini-dhcp.conf"
                [ "$2" = 0 ] || fill_mini_dhcp "$2" >"$state/mini-dhcp/leases.csv"
                ;;
        kea)
                configure_kea >"$scratch/kea.conf"
                [ "$2" = 0 ] || fill_kea "$2" >"$state/kea/leases.csv"
                ;;
        dnsmasq)
                configure_dnsmasq >"$scratch/dnsmasq.conf"
                [ "$2" = 0 ] || fill_dnsmasq "$2" >"$state/dnsmasq/leases"
                ;;
        esac
}

server_command() {
        case $1 in
        reflector)
                command=("$build/tests/bench/reflector" "--address=$server_address"
                        "--range=$first_address-$last_address")
                ;;
        mini-dhcp)
                command=("$build/src/daemon/mini-dhcpd" --config="$scratch/mini-dhcp.conf"
                        --state-directory="$state/mini-dhcp" --no-bus)
                ;;
        kea)
                command=(env KEA_PIDFILE_DIR="$scratch" KEA_LOCKFILE_DIR="$scratch"
                        kea-dhcp4 -c "$scratch/kea.conf")
                ;;
        dnsmasq) command=(dnsmasq --keep-in-foreground --conf-file="$scratch/dnsmasq.conf") ;;
        esac
}

# start_server NAME [ENVIRONMENT…] - every word of the command line replaces itself by the next, so that $! is
# the server.
start_server() {
        local command name=$1
        shift
        server_command "$name"
        ip netns exec "$server_space" taskset -c "$server_core" env "$@" "${command[@]}" \
                >"$scratch/$name.log" 2>&1 </dev/null &
        server_pid=$!
}

server_rss() {
        awk '/^VmRSS:/ { print $2; found = 1 } END { if (!found) print 0 }' "/proc/$server_pid/status"
}

stop_server() {
        local deadline=$((SECONDS + stop_seconds))
        [ -n "$server_pid" ] || return 0
        kill -TERM "$server_pid" 2>/dev/null
        while kill -0 "$server_pid" 2>/dev/null; do
                if [ $SECONDS -ge $deadline ]; then
                        echo "run: ${server:-the server} does not stop, and is killed" >&2
                        kill -KILL "$server_pid"
                        break
                fi
                sleep 0.02
        done
        wait "$server_pid" 2>/dev/null
        server_pid=''
}

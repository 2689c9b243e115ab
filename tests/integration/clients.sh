# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Beside lib.sh for scripts in which the clients that people have get leases: each has the functions CLIENT_start,
# CLIENT_renew and CLIENT_release, and runs in the namespace of its name, on eth0. They stay as they are when they
# have started, and try again within seconds where nobody answers.

clients=(udhcpc dhclient dhcpcd networkd)

# new_clients BRIDGE - a namespace for each, with the hardware address that mac_of tells.
new_clients() {
        local client
        for client in "${clients[@]}"; do
                new_client "$client" "$1" "$(mac_of "$client")"
        done
}
mac_of() {
        local i
        for i in "${!clients[@]}"; do
                [ "${clients[i]}" != "$1" ] || printf '02:00:00:00:05:%02x' $((i + 1))
        done
}

# start_clients - all of them; what they say is in /tmp/CLIENT.log.
start_clients() {
        local client
        for client in "${clients[@]}"; do
                "${client}_start" >"/tmp/$client.log" 2>&1 &
        done
        for client in "${clients[@]}"; do
                wait_for 20 client_has_address "$client"
        done
}

udhcpc_start() {
        ip netns exec udhcpc udhcpc -i eth0 -f -t 4 -T 2 -A 2 -p /run/udhcpc.pid -x hostname:udhcpc &
}
udhcpc_renew() {
        kill -USR1 "$(cat /run/udhcpc.pid)"
}
udhcpc_release() {
        kill -USR2 "$(cat /run/udhcpc.pid)"
}

# dhclient renews when the time has come, or when it starts with the lease it had.
dhclient_run() {
        printf 'initial-interval 2;\nbackoff-cutoff 4;\nretry 4;\ntimeout 20;\n' >/run/dhclient.conf
        on_client dhclient dhclient -4 -v -cf /run/dhclient.conf -lf /run/dhclient.leases -pf /run/dhclient.pid "$@" eth0
}
dhclient_start() {
        dhclient_run
}
dhclient_renew() {
        dhclient_run -x
        dhclient_run
}
dhclient_release() {
        dhclient_run -r
}

dhcpcd_start() {
        on_client dhcpcd dhcpcd -4 --noipv4ll --waitip=4 eth0
}
dhcpcd_renew() {
        on_client dhcpcd dhcpcd -4 -n eth0
}
dhcpcd_release() {
        on_client dhcpcd dhcpcd -4 -k eth0
}

# The one of this machine, moved into the client's namespace.
networkd_start() {
        mkdir -p /etc/systemd/system/systemd-networkd.service.d /etc/systemd/network
        cat >/etc/systemd/system/systemd-networkd.service.d/namespace.conf <<'UNIT'
[Service]
NetworkNamespacePath=/run/netns/networkd
UNIT
        cat >/etc/systemd/network/eth0.network <<'NETWORK'
[Match]
Name=eth0

[Network]
DHCP=ipv4
LinkLocalAddressing=no
NETWORK
        systemctl unmask systemd-networkd.service
        systemctl daemon-reload
        systemctl start systemd-networkd.service
}
networkd_renew() {
        on_client networkd networkctl renew eth0
}
networkd_release() {
        systemctl stop systemd-networkd.service
}

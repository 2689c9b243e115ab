# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154
#
# DNS servers with a forward and a reverse zone, and an updater that is told of names by lines (tests/bench/dns-update).

dns_directory=/run/dns
forward_zone=lan.example
reverse_zone=1.10.in-addr.arpa
key_file=$dns_directory/dns.key
dns_configuration=$dns_directory/names.conf
dns_state=$dns_directory/placed
driver=/usr/lib/mini-dhcp-tests/dns-update
said=$dns_directory/said
transport_line=Transport=udp

# ---- the servers -----------------------------------------------------------------------------------------

# make_key ALGORITHM - a key "dhcp" with a random secret.
make_key() {
        tsig-keygen -a "$1" dhcp >"$key_file"
        chmod 600 "$key_file"
}

secret_of() {
        sed -n 's/.*secret "\(.*\)";/\1/p' "$1"
}

algorithm_of() {
        sed -n 's/.*algorithm \(.*\);/\1/p' "$1"
}

zone_text() {
        printf '$ORIGIN %s.\n@ 300 IN SOA ns.%s. root.%s. 1 3600 600 86400 300\n@ 300 IN NS ns.%s.\n' \
                "$1" "$forward_zone" "$forward_zone" "$forward_zone"
        [ "$1" != $forward_zone ] || printf 'ns 300 IN A 127.0.0.1\nprinter 300 IN A 10.1.0.9\n'
}

prepare_bind() {
        local zone
        mkdir -p $dns_directory/bind
        cp "$key_file" $dns_directory/bind/key
        cat >$dns_directory/bind/named.conf <<CONFIGURATION
include "$dns_directory/bind/key";
options {
        directory "$dns_directory/bind";
        pid-file "$dns_directory/bind/pid";
        session-keyfile "$dns_directory/bind/session";
        listen-on port 53 { 127.0.0.1; };
        listen-on-v6 { none; };
        recursion no;
        dnssec-validation no;
        allow-transfer { any; };
        notify no;
};
controls { };
CONFIGURATION
        for zone in $forward_zone $reverse_zone; do
                zone_text $zone >$dns_directory/bind/$zone
                echo "zone \"$zone\" { type primary; file \"$zone\"; update-policy { grant dhcp zonesub A DHCID PTR; }; };"
        done >>$dns_directory/bind/named.conf
}

start_bind() {
        named -f -c $dns_directory/bind/named.conf >>$dns_directory/server.log 2>&1 &
        dns_server=$!
}

prepare_knot() {
        local zone
        mkdir -p $dns_directory/knot
        for zone in $forward_zone $reverse_zone; do
                zone_text $zone >$dns_directory/knot/$zone.zone
        done
        cat >$dns_directory/knot/knot.conf <<CONFIGURATION
server:
    rundir: $dns_directory/knot
    listen: 127.0.0.1@53
    user: root
database:
    storage: $dns_directory/knot
key:
  - id: dhcp
    algorithm: $(algorithm_of "$key_file")
    secret: $(secret_of "$key_file")
acl:
  - id: update
    key: dhcp
    action: update
  - id: transfer
    address: 127.0.0.0/8
    action: transfer
template:
  - id: default
    storage: $dns_directory/knot
    file: "%s.zone"
    acl: [update, transfer]
zone:
  - domain: $forward_zone
  - domain: $reverse_zone
CONFIGURATION
}

start_knot() {
        knotd -c $dns_directory/knot/knot.conf >>$dns_directory/server.log 2>&1 &
        dns_server=$!
}

prepare_powerdns() {
        local zone
        mkdir -p $dns_directory/powerdns
        cat >$dns_directory/powerdns/pdns.conf <<CONFIGURATION
launch=gsqlite3
gsqlite3-database=$dns_directory/powerdns/db
gsqlite3-pragma-synchronous=0
local-address=127.0.0.1
socket-dir=$dns_directory/powerdns
dnsupdate=yes
allow-dnsupdate-from=127.0.0.0/8
disable-axfr=no
allow-axfr-ips=127.0.0.0/8
zone-cache-refresh-interval=0
cache-ttl=0
query-cache-ttl=0
negquery-cache-ttl=0
CONFIGURATION
        sqlite3 $dns_directory/powerdns/db </usr/share/doc/pdns-backend-sqlite3/schema.sqlite3.sql
        powerdns_tool import-tsig-key dhcp "$(algorithm_of "$key_file")" "$(secret_of "$key_file")"
        for zone in $forward_zone $reverse_zone; do
                zone_text $zone >$dns_directory/powerdns/$zone
                powerdns_tool load-zone $zone $dns_directory/powerdns/$zone
                powerdns_tool set-meta $zone TSIG-ALLOW-DNSUPDATE dhcp
        done
}

powerdns_tool() {
        pdnsutil --config-dir=$dns_directory/powerdns "$@" >>$dns_directory/server.log 2>&1
}

start_powerdns() {
        pdns_server --config-dir=$dns_directory/powerdns --daemon=no --guardian=no \
                >>$dns_directory/server.log 2>&1 &
        dns_server=$!
}

server_answers() {
        dig +time=1 +tries=1 @127.0.0.1 soa $forward_zone | grep -q 'status: NOERROR'
}

# start_server bind|knot|powerdns - with what it was left with.
start_server() {
        "start_$1"
        check "$1 answers" wait_for 10 server_answers
}

# stop_server [SIGNAL]
stop_server() {
        kill "-${1-TERM}" "$dns_server"
        wait "$dns_server" 2>/dev/null
}

# What is in the zones, but for what was there at the start and changes by itself: NAME TTL TYPE DATA, sorted.
zones() {
        local zone
        for zone in $forward_zone $reverse_zone; do
                dig +onesoa +noall +answer +time=30 @127.0.0.1 axfr $zone
        done | awk '$4 == "A" || $4 == "PTR" || $4 == "DHCID" || $4 == "AAAA" {
                $3 = ""; data = $5; for (i = 6; i <= NF; i++) data = data $i
                print tolower($1), $2, $4, $4 == "DHCID" ? "…" : data }' |
                grep -vE "^(ns|printer).$forward_zone. " | LC_ALL=C sort
}

# ---- the updater -----------------------------------------------------------------------------------------

# configure_updater [LINE…] - lines besides the usual ones.
configure_updater() {
        {
                printf '[DNSUpdate]\nServer=127.0.0.1\nZone=%s %s\nKeyFile=%s\n' \
                        $forward_zone $reverse_zone "$key_file"
                printf '%s\n' "$transport_line" "$@"
        } >$dns_configuration
}

# start_updater [COMMAND…] - under a command, such as env with a preloaded library.
start_updater() {
        : >$said
        rm -f $dns_directory/lines
        mkfifo $dns_directory/lines
        "$@" $driver $dns_configuration $dns_state <$dns_directory/lines >$said 2>&1 &
        updater=$!
        exec {lines}>$dns_directory/lines
}

# end_updater [SIGNAL]
end_updater() {
        if [ $# = 0 ]; then
                tell quit # a server that was started meanwhile holds the other end
        else
                kill "-$1" "$updater"
        fi
        exec {lines}>&-
        wait "$updater" 2>/dev/null
}

tell() {
        printf '%s\n' "$@" >&"$lines"
}

n_settled() {
        grep -c '^settled' $said
}

has_settled() {
        [ "$(grep -cE '^(not )?settled' $said)" -gt "$1" ]
}

# settle [SECONDS] - until the DNS is as it should be.
settle() {
        local before
        before=$(grep -cE '^(not )?settled' $said)
        tell "settle ${1-20}"
        wait_for $((${1-20} + 5)) has_settled "$before"
        [ "$(grep -E '^(not )?settled' $said | tail -1)" = settled ]
}

has_said() {
        grep -qE -e "$1" $said
}

n_said() {
        grep -cE -e "$1" $said
}

new_dns() {
        rm -rf $dns_directory
        mkdir -p $dns_directory
        : >$dns_directory/server.log
}

# try_many SERVER COUNT SECONDS - that many leases, the server killed in the middle, then each third ends.
try_many() {
        local expected
        start_updater
        tell "many 256 $2 $forward_zone 10.1.0.0" end-sync "settle $3"
        sleep 1
        stop_server KILL
        start_server "$1"
        check "$1: $2 names, and the server is killed in the middle" wait_for $(($3 + 5)) has_settled 0
        check_equal "$1: all is there" settled "$(grep -E '^(not )?settled' $said)"
        expected=$(seq 256 $((255 + $2)) | awk -v forward=$forward_zone -v reverse=$reverse_zone '{
                high = int($1 / 256); low = $1 % 256
                printf "host%d.%s. 1200 A 10.1.%d.%d\n", $1, forward, high, low
                printf "host%d.%s. 1200 DHCID …\n", $1, forward
                printf "%d.%d.%s. 1200 PTR host%d.%s.\n", low, high, reverse, $1, forward
        }' | LC_ALL=C sort)
        check_equal "$1: the zones are as they should be" "$(md5sum <<<"$expected")" "$(zones | md5sum)"
        check_equal "$1: by count" $((3 * $2)) "$(zones | wc -l)"

        end_updater KILL
        start_updater
        tell "many 256 100 $forward_zone 10.1.0.0" end-sync "settle $3"
        sleep 1
        end_updater KILL
        start_updater
        tell "many 256 100 $forward_zone 10.1.0.0" end-sync "settle $3"
        check "$1: all but a hundred end, and the updater is killed in the middle" \
                wait_for $(($3 + 5)) has_settled 0
        check_equal "$1: a hundred are left" 300 "$(zones | wc -l)"
        end_updater
}

# try_credential SERVER - the key comes from systemd alone; it is not in argv, environment or journal.
try_credential() {
        local unit=dns-update-$1
        mount --make-rshared / # or systemd's credentials do not get from where it mounts them to the service
        configure_updater KeyFile= Key=dhcp
        run_service() {
                printf '%s\n' "$@" 'settle 20' quit >$dns_directory/orders
                systemd-run --quiet --wait --collect --unit="$unit" -p DynamicUser=yes -p StateDirectory=dns \
                        -p LoadCredential=dns.key:"$key_file" \
                        sh -c "cat $dns_directory/orders | $driver $dns_configuration /var/lib/dns/placed"
        }
        check "$1: a service has the key as a credential" run_service \
                "set e.$forward_zone 10.1.0.8 01:02:00:00:00:00:08 3600" end-sync
        check_equal "$1: its name is there" 10.1.0.8 "$(dig +short @127.0.0.1 a e.$forward_zone)"
        check "$1: it is started again when the lease is over" run_service end-sync
        check_equal "$1: its name is not there any more" "" "$(zones)"
        journalctl --sync
        check_output "$1: the journal has what it said" '^settled' journalctl --no-pager -o cat -u "$unit"
        check_equal "$1: and nothing of the secret" 0 "$(journalctl --no-pager -o export | grep -cF "$(secret_of "$key_file")")"
        configure_updater
}

finish_dns() {
        if [ "$tap_failures" != 0 ]; then
                note "the updater:"
                note "$(tail -n 20 $said)"
                note "the server:"
                note "$(tail -n 40 $dns_directory/server.log)"
        fi
        end_tests
}

# ---- what is tried with each of them ---------------------------------------------------------------------

# try_names SERVER - add, change, remove, conflict, restarts of either.
try_names() {
        start_server "$1"
        start_updater
        tell "set laptop.$forward_zone 10.1.0.1 01:02:00:00:00:00:01 3600" \
                "set phone.$forward_zone 10.1.0.2 01:02:00:00:00:00:02 900" end-sync
        check "$1: names are put there" settle
        check_equal "$1: with address, owner and reverse name, each for a third of the lease" \
                "1.0.$reverse_zone. 1200 PTR laptop.$forward_zone.
2.0.$reverse_zone. 300 PTR phone.$forward_zone.
laptop.$forward_zone. 1200 A 10.1.0.1
laptop.$forward_zone. 1200 DHCID …
phone.$forward_zone. 300 A 10.1.0.2
phone.$forward_zone. 300 DHCID …" "$(zones)"

        tell "set laptop.$forward_zone 10.1.0.5 01:02:00:00:00:00:01 3600" "remove phone.$forward_zone 10.1.0.2"
        check "$1: a lease moves, another ends" settle
        check_equal "$1: the DNS follows" \
                "5.0.$reverse_zone. 1200 PTR laptop.$forward_zone.
laptop.$forward_zone. 1200 A 10.1.0.5
laptop.$forward_zone. 1200 DHCID …" "$(zones)"

        tell "set printer.$forward_zone 10.1.0.7 01:02:00:00:00:00:07 3600"
        check "$1: a name that an administrator has written is not taken" settle
        check_equal "$1: that is said" 1 "$(n_said "^printer.$forward_zone is in the DNS already")"
        check_equal "$1: it is as it was" 10.1.0.9 "$(dig +short @127.0.0.1 a printer.$forward_zone)"
        tell "set printer.$forward_zone 10.1.0.7 01:02:00:00:00:00:07 3600"
        check "$1: a renewal changes nothing" settle
        check_equal "$1: it is not said again" 1 "$(n_said '^printer')"
        tell "remove printer.$forward_zone 10.1.0.7"

        tell "set laptop.$forward_zone 10.1.0.5 01:02:00:00:00:00:99 3600"
        check "$1: the name goes to another client" settle
        check_equal "$1: there is one of each" "3" "$(zones | wc -l)"

        tell "set old.$forward_zone 10.1.0.30 01:02:00:00:00:00:30 3600"
        check "$1: a name for later" settle
        end_updater KILL
        check_equal "$1: it outlives the updater" 2 "$(zones | grep -c "^old")"
        start_updater
        tell "set laptop.$forward_zone 10.1.0.5 01:02:00:00:00:00:99 3600" end-sync
        check "$1: after a restart a lease of before is not named" settle
        check_equal "$1: its name is removed, the other stays" \
                "5.0.$reverse_zone. 1200 PTR laptop.$forward_zone.
laptop.$forward_zone. 1200 A 10.1.0.5
laptop.$forward_zone. 1200 DHCID …" "$(zones)"
        tell "remove laptop.$forward_zone 10.1.0.5"
        check "$1: the last lease ends" settle
        check_equal "$1: nothing is left" "" "$(zones)"
}

# What each server makes of a wrong secret, another key, a zone that it does not have, and a clock a day ahead.
declare -A of_secret=([bind]=BADSIG [knot]=BADSIG [powerdns]='answers REFUSED and does not sign it')
declare -A of_key=([bind]=BADKEY [knot]=BADKEY [powerdns]='answers REFUSED and does not sign it')
declare -A of_zone=([bind]='does not have this zone .NOTAUTH.' [knot]='does not have this zone' [powerdns]='does not have this zone')
declare -A of_clock=([bind]='23h [0-9]+min behind' [knot]='23h [0-9]+min behind' [powerdns]='answers REFUSED and does not sign it')

# try_troubles SERVER - wrong key, absent zone, wrong clock, a server that is away.
try_troubles() {
        cp "$key_file" $dns_directory/right
        sed -i 's|secret ".*"|secret "'"$(head -c 32 /dev/urandom | base64 -w 0)"'"|' "$key_file"
        end_updater
        start_updater
        tell "set a.$forward_zone 10.1.0.1 01:02:00:00:00:00:01 3600" end-sync
        check "$1: with a wrong secret it says so" wait_for 20 has_said "^$forward_zone: .*${of_secret[$1]}"
        check_equal "$1: and nothing is put there" "" "$(zones)"
        check_equal "$1: it is said once" 1 "$(n_said "${of_secret[$1]}")"
        end_updater
        check_code "$1: the secret is nowhere" 1 grep -F "$(secret_of "$key_file")" $said $dns_state

        sed 's/key "dhcp"/key "other"/' $dns_directory/right >"$key_file"
        start_updater
        tell "set a.$forward_zone 10.1.0.1 01:02:00:00:00:00:01 3600" end-sync
        check "$1: with another key it says so" wait_for 20 has_said "^$forward_zone: .*${of_key[$1]}"
        end_updater
        cp $dns_directory/right "$key_file"

        configure_updater Zone=nowhere.example
        start_updater
        tell "set a.nowhere.example 10.1.0.1 01:02:00:00:00:00:01 3600" \
                "set a.$forward_zone 10.1.0.1 01:02:00:00:00:00:01 3600" end-sync
        check "$1: of a zone that is not there it says so" wait_for 20 has_said "^nowhere.example: .*${of_zone[$1]}"
        is_there() {
                [ "$(dig +short @127.0.0.1 a a.$forward_zone)" = 10.1.0.1 ]
        }
        check "$1: the other zone is updated" wait_for 10 is_there
        tell "remove a.nowhere.example 10.1.0.1" "remove a.$forward_zone 10.1.0.1"
        end_updater
        configure_updater

        printf '%b' '\x00\xf8\xfa\x8b\x13\x00\x00\x00' >$dns_directory/clock # 85,000 seconds
        start_updater env LD_PRELOAD=/usr/lib/clock-step.so CLOCK_STEP_FILE=$dns_directory/clock
        tell "set b.$forward_zone 10.1.0.2 01:02:00:00:00:00:02 3600" end-sync
        check "$1: of clocks that differ it says so" wait_for 20 has_said "^$forward_zone: .*${of_clock[$1]}"
        check_equal "$1: and nothing is put there" 0 "$(zones | grep -c ^b)"
        end_updater

        stop_server
        start_updater
        tell "set c.$forward_zone 10.1.0.3 01:02:00:00:00:00:03 3600" end-sync
        check "$1: of a server that is away it says so" wait_for 20 has_said \
                "^$forward_zone: .*(cannot be reached|does not answer)"
        tell "set c.$forward_zone 10.1.0.4 01:02:00:00:00:00:03 3600" \
                "set d.$forward_zone 10.1.0.5 01:02:00:00:00:00:04 3600" "remove d.$forward_zone 10.1.0.5"
        start_server "$1"
        check "$1: it is caught up with" settle 60
        check "$1: that is said" has_said "^$forward_zone: .*takes updates again"
        check_equal "$1: with what is wanted now" \
                "4.0.$reverse_zone. 1200 PTR c.$forward_zone.
c.$forward_zone. 1200 A 10.1.0.4
c.$forward_zone. 1200 DHCID …" "$(zones)"
        tell "remove c.$forward_zone 10.1.0.4"
        check "$1: its end" settle
        check_equal "$1: nothing is left" "" "$(zones)"
        end_updater
}

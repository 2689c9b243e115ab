# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154
#
# What the entry points need of the machine: the one list of Debian packages, and how a build gets from the
# tree at $top into a sandbox.

# to build
packages_to_build=(gcc libc6-dev meson ninja-build pkgconf
        libsystemd-dev libcsv-dev libjson-c-dev libmnl-dev libldns-dev)

# to boot a sandbox with one client in it
packages_to_boot=(systemd dbus iproute2 procps udhcpc busybox)

# the unit tests, the other clients, polkit and the sessions of those it asks, and what the integration tests
# look with
packages_to_test=(check polkitd libpam-systemd isc-dhcp-client dhcpcd-base jq python3 ed vim valgrind ethtool
        dnsmasq-base isc-dhcp-server udhcpd kea-dhcp4-server nftables bind9 bind9-dnsutils)

# relays, another server, and tools that speak DHCP
packages_for_protocol=(isc-dhcp-relay dnsmasq-base kea-admin nmap dhcping tcpdump netbase)

# a machine that boots from the network, and other DNS servers, for the long tier
packages_for_long=(qemu-system-x86 seabios ipxe-qemu ovmf dnsmasq-base knot pdns-server pdns-backend-sqlite3 sqlite3)

# what a script of the long tier unpacks in its sandbox, for installed it would run the machine's network, or bring a
# service and a hundred megabytes
declare -A packages_to_unpack=(
        [network-manager]="network-manager"
        [prometheus]="prometheus prometheus-node-exporter"
)

# the shells in which Tab is pressed; a test skips the one that is not there
packages_if_there=(zsh bash-completion)

# fuzzing and reading
packages_to_inspect=(clang clang-format binutils mandoc shellcheck)

fail() {
        echo "${0##*/}: $*" >&2
        exit 1
}

require_root() {
        [ "$(id -u)" = 0 ] || fail "needs root: it boots a systemd in namespaces of its own. Try: sudo $0"
}

# apt_install PACKAGE… - asks nothing, and has none of them start a service here.
apt_install() (
        policy=/usr/sbin/policy-rc.d
        if [ ! -e $policy ]; then
                trap 'rm -f $policy' EXIT
                install -m 755 /dev/stdin $policy <<<$'#!/bin/sh\nexit 101'
        fi
        export DEBIAN_FRONTEND=noninteractive
        apt-get update && apt-get install -y --no-install-recommends "$@"
)

# install_packages PACKAGE… - those that are missing; nothing is said unless it fails.
install_packages() {
        local log missing=() package
        for package; do
                dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^ii' ||
                        missing+=("$package")
        done
        [ ${#missing[@]} -gt 0 ] || return 0

        command -v apt-get >/dev/null || fail "these Debian packages are missing: ${missing[*]}"
        echo "installing ${missing[*]}" >&2
        log=$(mktemp)
        if ! apt_install "${missing[@]}" </dev/null >"$log" 2>&1; then
                tail -n 40 "$log" >&2
                rm -f "$log"
                fail "apt-get could not install: ${missing[*]}"
        fi
        rm -f "$log"
}

# install_if_there PACKAGE… - the same for what can be done without: a failure is no failure.
install_if_there() {
        (install_packages "$@") >/dev/null 2>&1 || echo "cannot install $*, going on without" >&2
}

# download_if_there DIRECTORY PACKAGE… - the files of these and of what they need that is not installed; a failure is
# no failure, and leaves none of them there.
download_if_there() {
        local directory=$1
        shift
        mkdir -p "$directory"
        (
                apt-get update && cd "$directory" &&
                        apt-get --simulate --no-install-recommends install "$@" | awk '$1 == "Inst" { print $2 }' |
                        xargs -r apt-get download
        ) >/dev/null 2>&1 && return
        echo "cannot download $*, going on without" >&2
        rm -f "$directory"/*.deb
}

# libFuzzer comes in a package that is named after the compiler's version.
install_libfuzzer() {
        install_packages "libclang-rt-$(clang -dumpversion | cut -d. -f1)-dev"
}

# What a machine gets that is to serve, as README installs it; without these a build is for who works on the code.
release=(--buildtype=release -Db_lto=true)

# build_tree DIRECTORY TARGETS [OPTION…] - configures the directory unless it is, and builds.
build_tree() {
        local directory=$1 targets
        read -ra targets <<<"$2"
        shift 2
        if [ ! -e "$directory/build.ninja" ]; then
                meson setup "$@" "$directory" "$top" || return
        fi
        ninja --quiet -C "$directory" "${targets[@]}"
}

# stage_tree DIRECTORY TREE - what "meson install" would put over the root.
stage_tree() {
        DESTDIR=$2 meson install --no-rebuild -C "$1"
}

# What makes a freshly copied tree a system: the shared library's links, the user, the catalogue.
settle='ldconfig; systemd-sysusers mini-dhcp.conf; journalctl --update-catalog'

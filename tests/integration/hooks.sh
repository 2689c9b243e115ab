# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154
#
# Beside lib.sh for scripts that have scripts run for leases.

hooks_directory=/etc/mini-dhcp/hooks.d
hooks_state=/var/lib/mini-dhcp-hooks

# new_hook NAME - an executable; its text comes from stdin.
new_hook() {
        mkdir -p $hooks_directory
        install -m 755 /dev/stdin "$hooks_directory/$1"
}

hooks_status() {
        systemctl show -P StatusText mini-dhcp-hooks.service
}

# hooks_status_has REGULAR-EXPRESSION
hooks_status_has() {
        hooks_status | grep -qE -e "$1"
}

hooks_journal() {
        journalctl --sync
        journalctl -q --no-pager -o cat -u mini-dhcp-hooks.service
}

# hooks_journal_has REGULAR-EXPRESSION
hooks_journal_has() {
        hooks_journal | grep -qE -e "$1"
}

# What helps whoever reads about a failure.
finish_hooks() {
        if [ "$tap_failures" != 0 ]; then
                note "$(hooks_status)"
                note "$(hooks_journal | tail -40)"
        fi
        finish
}

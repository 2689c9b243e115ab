# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154
#
# Beside ask.sh for the scripts about messages that come from where they do not belong. An attack proves nothing
# unless the server has judged it: what never arrived is told, and so is every reply, wherever it went.

# n_verdicts [VERDICT] - messages that the server has judged until now, or judged so.
n_verdicts() {
        minidhcpctl --json=short statistics | jq --arg name "verdict-${1-}" \
                '[to_entries[] | select(.key | . == $name or ($name == "verdict-" and startswith($name))) | .value] | add // 0'
}

# has_verdicts NUMBER [VERDICT]
has_verdicts() {
        [ "$(n_verdicts "${@:2}")" -ge "$1" ]
}

# watch_replies - from now on every reply that leaves this machine is a line of /tmp/replies-sent.
watch_replies() {
        /usr/bin/python3 -B "$here/ask.py" --watch >/tmp/replies-sent 2>/tmp/replies-sent.log &
        check "replies are watched" wait_for 5 grep -q listening /tmp/replies-sent.log
}

# reachable LINK ADDRESS… - so that what the server sends there leaves, and is seen, though nobody answers ARP.
reachable() {
        local address
        for address in "${@:2}"; do
                ip neigh replace "$address" lladdr 02:00:00:00:00:ee dev "$1"
        done
}

# in_vain NAME ALLOWED COMMAND… - messages from stdin, "NAME: ARGUMENT…" for ask.py each, which are to have no effect;
# the command is ask.py --lines. No reply leaves but what the regular expression matches.
in_vain() {
        local name=$1 allowed=$2 judged line i names=() lines=() xids=() replies
        while IFS= read -r line; do
                names+=("${line%%: *}")
                lines+=("${line#*: }")
        done
        judged=$(n_verdicts)
        mapfile -t xids < <(printf '%s\n' "${lines[@]}" | "${@:3}")
        check "$name: what is sent arrives" wait_for 5 has_verdicts $((judged + ${#lines[@]}))
        sleep 0.3 # an ACK waits for the disk
        replies=$(jq -r '"\(.xid) \(.type) of \(.yiaddr) to \(.to) by \(.interface)"' /tmp/replies-sent)
        for i in "${!names[@]}"; do
                check_equal "$name: ${names[i]}" "" \
                        "$(sed -n "s/^${xids[i]:-none} //p" <<<"$replies" | grep -vxE "$allowed" | sort -u)"
        done
}
# all_leases - who has what, and how often that was written.
all_leases() {
        minidhcpctl --json=short list-leases 2>/dev/null | jq -r \
                '(if type == "object" then .Leases else . end)[] | select(.State != "offered") |
                        "\(.Address) \(.State) \(.HardwareAddress)"' | sort
        tail -n +2 $lease_file | cut -d , -f 1 | sort | uniq -c
}

# in_vain_from NAMESPACE NAME [ALLOWED] - in_vain, sent from there.
in_vain_from() {
        in_vain "$2" "${3-}" ip netns exec "$1" /usr/bin/python3 -B "$here/ask.py" --lines
}

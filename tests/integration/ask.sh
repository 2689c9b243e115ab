# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154
#
# Beside lib.sh for scripts that ask by ask.py: single messages out, replies as JSON in.

# ask NAMESPACE ARGUMENT… - see ask.py.
ask() {
        on_client "$1" /usr/bin/python3 -B "$here/ask.py" "${@:2}"
}

# told REPLY FILTER - a value of a reply as text; nothing when there is no reply.
told() {
        jq -r "$2" <<<"$1"
}

# option REPLY CODE - an option's bytes in hexadecimal; nothing when it is not there.
option() {
        told "$1" ".options[\"$2\"] // empty"
}

# hex TEXT - its bytes as option tells them.
hex() {
        printf %s "$1" | od -An -v -tx1 | tr -d ' \n'
}

# obtain NAMESPACE MAC [OPTION…] - DISCOVER and REQUEST with the same options, but for the address wished
# for; prints what came last.
obtain() {
        local namespace=$1 mac=$2 offer argument kept=()
        shift 2
        offer=$(ask "$namespace" discover "$mac" --again "$@" | head -1)
        [ -n "$offer" ] || return
        for argument; do
                case $argument in
                50=*) unset 'kept[-1]' ;;
                *) kept+=("$argument") ;;
                esac
        done
        ask "$namespace" request "$mac" "${kept[@]}" --option 50=ip:"$(told "$offer" .yiaddr)" \
                --option 54="$(option "$offer" 54)"
}

# address_for NAMESPACE MAC [OPTION…] - the address that obtain gets, "nak", or "silence".
address_for() {
        local reply
        reply=$(obtain "$@")
        case $(told "$reply" .type) in
        ack) told "$reply" .yiaddr ;;
        nak) echo nak ;;
        *) echo silence ;;
        esac
}

# check_reply NAME REPLY FILTER - holds when the filter is true of the reply.
check_reply() {
        if [ -n "$2" ] && jq -e "$3" <<<"$2" >/dev/null; then
                ok "$1"
        else
                not_ok "$1" "not true: $3"$'\n'"${2:-silence}"
        fi
}

# check_silence NAME REPLY
check_silence() {
        check_equal "$1" "" "$2"
}

# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# The Test Anything Protocol for bash: one "ok" or "not ok" line per case, and a plan at the end. A script
# that ends without end_tests prints no plan, which its reader counts as a failure.

tap_cases=0
tap_failures=0

ok() {
        tap_cases=$((tap_cases + 1))
        echo "ok $tap_cases - $1"
}

# not_ok NAME [DIAGNOSTICS]
not_ok() {
        tap_cases=$((tap_cases + 1))
        tap_failures=$((tap_failures + 1))
        echo "not ok $tap_cases - $1"
        [ -z "${2-}" ] || note "$2"
}

skip() {
        tap_cases=$((tap_cases + 1))
        echo "ok $tap_cases - $1 # SKIP $2"
}

note() {
        sed 's/^/#   /' <<<"$1"
}

# check NAME COMMAND… - holds when the command succeeds.
check() {
        local name=$1 output
        shift
        if output=$("$@" 2>&1); then
                ok "$name"
        else
                not_ok "$name" "$* -> $?"$'\n'"$output"
        fi
}

# check_code NAME CODE COMMAND… - holds when the command exits with this code.
check_code() {
        local name=$1 expected=$2 output code=0
        shift 2
        output=$("$@" 2>&1) || code=$?
        if [ "$code" = "$expected" ]; then
                ok "$name"
        else
                not_ok "$name" "$* -> $code, expected $expected"$'\n'"$output"
        fi
}

# check_output NAME REGULAR-EXPRESSION COMMAND… - holds when a line of the output matches. The exit status
# is not looked at: what a failing command says is output too.
check_output() {
        local name=$1 expected=$2 output
        shift 2
        output=$("$@" 2>&1)
        if grep -qE -e "$expected" <<<"$output"; then
                ok "$name"
        else
                not_ok "$name" "$* printed no line like: $expected"$'\n'"$output"
        fi
}

# check_equal NAME EXPECTED ACTUAL
check_equal() {
        if [ "$2" = "$3" ]; then
                ok "$1"
        else
                not_ok "$1" "expected: $2"$'\n'"found:    $3"
        fi
}

# wait_for SECONDS COMMAND… - tries until the command succeeds; false when the time is over. The seconds are those of
# a machine that has nothing else to do; a busy one gets several times as many, which costs nothing where all is well.
wait_for() {
        local deadline=$((${EPOCHREALTIME/./} + $1 * 4000000))
        shift
        until "$@" >/dev/null 2>&1; do
                [ "${EPOCHREALTIME/./}" -lt "$deadline" ] || return 1
                sleep 0.05
        done
}

end_tests() {
        echo "1..$tap_cases"
        exit $((tap_failures > 0))
}

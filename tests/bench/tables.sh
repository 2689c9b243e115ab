# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2016,SC2154
#
# What was measured, for people: tables in Markdown, and a plot. Knows the records that "run" writes, one JSON
# object a line: machine, sync, start, run.

# What all the tables need, in jq. A record of a run has a name and the load generator's object.
jq_library='
        def commas: tostring | [match("(^[0-9]{1,3}|[0-9]{3})(?=([0-9]{3})*$)"; "g").string] | join(",");
        def number: if . == null then "" else round | commas end;
        def usec: if . == null then "" elif . >= 100000 then . / 1000 | number
                  else (. / 100 | round | . / 10 | tostring) end;
        def ratio: (. * 100 | round) as $n |
                ($n / 100 | floor | tostring) + "." + ($n % 100 + 100 | tostring | .[1:]);
        def unique_by_order: reduce .[] as $x ([]; if index([$x]) then . else . + [$x] end);
        def runs($name): map(select(.kind == "run" and .name == $name));
        def servers_of($name): runs($name) | map(.server) | unique_by_order;
        def in_flights: runs("in-flight") | map(.load.in_flight) | unique_by_order;
        def run_of($name; $server; $in_flight; $leases): first(runs($name)[] | select(.server == $server
                and .load.in_flight == $in_flight and .leases == $leases)) // null;
        def start_of($server; $leases):
                first(.[] | select(.kind == "start" and .server == $server and .leases == $leases)) // null;
        def rate($server; $n): run_of("in-flight"; $server; $n; 0) | .load.rate;
'

# from_results FILE JQ-PROGRAM - the program sees all records as one array.
from_results() {
        jq -s -r "$jq_library $2" "$1"
}

# Tab-separated rows to a Markdown table; the first row is the header, numbers are to the right.
markdown() {
        awk -F '\t' '
        {
                for (i = 1; i <= NF; i++) {
                        cell[NR, i] = $i
                        if (length($i) > width[i])
                                width[i] = length($i)
                }
                columns = NF > columns ? NF : columns
        }
        END {
                for (row = 1; row <= NR; row++) {
                        line = "|"
                        for (i = 1; i <= columns; i++)
                                line = line sprintf(i == 1 ? " %-" width[i] "s |" : " %" width[i] "s |",
                                        cell[row, i])
                        print line
                        if (row > 1)
                                continue
                        line = "|"
                        for (i = 1; i <= columns; i++) {
                                dashes = sprintf("%" width[i] + 1 "s", "")
                                gsub(" ", "-", dashes)
                                line = line (i == 1 ? dashes "-|" : dashes ":|")
                        }
                        print line
                }
        }'
}

# table FILE TITLE JQ-PROGRAM - nothing is printed for an empty one.
table() {
        local rows
        rows=$(from_results "$1" "$3 | select(length > 1) | .[] | @tsv") || fail "cannot make a table"
        [ -n "$rows" ] || return 0
        printf '\n%s\n\n' "$2"
        markdown <<<"$rows"
}

print_machine() {
        from_results "$1" '
                (.[] | select(.kind == "machine") |
                        "\(.cpu), \(.cpus) cores, \(.kernel), \(.disk), \(.date); \(.seconds) s a measurement, " +
                        "\(.clients | commas) clients"),
                (.[] | select(.kind == "sync") | .nsec |
                        "one fdatasync: p50 \(.p50 | usec) us, p99 \(.p99 | usec) us, at most \(.max | usec) us")'
}

print_tables() {
        local file=$1
        echo
        print_machine "$file"
        table "$file" "Four-way exchanges a second, by requests in flight; start to first OFFER; memory:" '
                in_flights as $n |
                [["server"] + ($n | map(tostring)) + ["start ms", "RSS MB", "RSS after"]] +
                [servers_of("in-flight")[] as $s | start_of($s; 0) as $start |
                        [$s] + [$n[] as $i | rate($s; $i) | number] +
                        [$start.ready_usec | . / 100 | round | . / 10 | tostring] +
                        [$start.rss_kb | . / 1024 | ratio] +
                        [[runs("in-flight")[] | select(.server == $s)] | last | .rss_kb / 1024 | ratio]]'
        table "$file" "The same as a part of what the reflector does:" '
                in_flights as $n |
                if (servers_of("in-flight") | index("reflector")) then
                        [["server"] + ($n | map(tostring))] +
                        [servers_of("in-flight")[] as $s |
                                [$s] + [$n[] as $i | rate($s; $i) / rate("reflector"; $i) | ratio]]
                else [] end'
        table "$file" "Delay of an exchange in microseconds, p50 / p99:" '
                in_flights as $n |
                [["server"] + ($n | map(tostring))] +
                [servers_of("in-flight")[] as $s | [$s] + [$n[] as $i |
                        run_of("in-flight"; $s; $i; 0).load.exchange_nsec |
                        "\(.p50 | usec) / \(.p99 | usec)"]]'
        table "$file" "With leases, 256 in flight: four-way by fresh clients and renewals by the old ones, a second:" '
                [["server", "leases", "start ms", "RSS MB", "bytes a lease", "four-way", "renewals"]] +
                [runs("fresh")[] as $run | start_of($run.server; $run.leases) as $start |
                        ([.[] | select(.kind == "start" and .server == $run.server and
                                .leases == 0)] | last) as $empty |
                        [$run.server, ($run.leases | commas),
                         ($start.ready_usec / 1000 | number), ($start.rss_kb / 1024 | ratio),
                         if $run.leases == 0 then ""
                         else ($start.rss_kb - $empty.rss_kb) * 1024 / $run.leases | number end,
                         ($run.load.rate | number),
                         (run_of("renew"; $run.server; 256; $run.leases) | .load.rate | number)]]'
        table "$file" "mini-dhcp on a disk whose fdatasync takes 50 ms; delays in microseconds:" '
                [["in flight", "a second", "OFFER p50", "OFFER p99", "ACK p50", "ACK p99"]] +
                [runs("slow-disk")[].load | [(.in_flight | tostring), (.rate | number),
                        (.offer_nsec.p50 | usec), (.offer_nsec.p99 | usec),
                        (.ack_nsec.p50 | usec), (.ack_nsec.p99 | usec)]]'
        print_targets "$file"
        table "$file" "Packets that had to be repeated, exchanges that were not finished, and faults:" '
                [["server", "measurement", "in flight", "leases", "repeated", "unfinished", "faults"]] +
                [.[] | select(.kind == "run" and
                        .load.retransmitted + .load.unfinished + .load.n_faults > 0) |
                        [.server, .name, (.load.in_flight | tostring), (.leases | commas),
                         (.load.retransmitted | commas), (.load.unfinished | commas),
                         ([.load.faults | to_entries[] | select(.value > 0) |
                                "\(.value | commas) \(.key)"] | join(" "))]]'
}

# What is to be reached, as far as it was measured.
print_targets() {
        table "$1" "Figures to reach:" '
                # what was not measured is empty, and makes the whole target empty
                def target($what; $reach; $measured; $holds):
                        [$what, $reach, $measured, if $holds then "yes" else "NO" end];
                def of($a; $b): if $a == null or $b == null or $b == 0 then null else $a / $b end;
                (first(.[] | select(.kind == "sync")) | .nsec.p50) as $sync |
                (in_flights | if index(256) then 256 else max end) as $n |
                of(rate("mini-dhcp"; $n); rate("reflector"; $n)) as $floor |
                of(rate("mini-dhcp"; $n); rate("kea"; $n)) as $kea |
                (run_of("in-flight"; "mini-dhcp"; 1; 0) | .load.exchange_nsec.p50) as $single |
                (run_of("in-flight"; "reflector"; 1; 0) | .load.exchange_nsec.p50) as $bare |
                (if $bare == null then null else $bare + 1.5 * $sync end) as $bound |
                start_of("mini-dhcp"; 0) as $empty |
                (runs("fresh") | map(select(.server == "mini-dhcp"))) as $fresh |
                ($fresh | map(.leases) | max) as $many |
                (if ($many // 0) == 0 then null else $many end) as $many |
                (if $many == null then null else start_of("mini-dhcp"; $many) end) as $full |
                of(first($fresh[] | select(.leases == $many) | .load.rate) // null;
                        first($fresh[] | select(.leases == 0) | .load.rate) // null) as $kept |
                (if $full == null then null
                        else ($full.rss_kb - $empty.rss_kb) * 1024 / $many end) as $bytes |
                (run_of("slow-disk"; "mini-dhcp"; 16; 0) | .load.offer_nsec.p99) as $offer |
                (run_of("slow-disk"; "mini-dhcp"; 2000; 0) | .load.rate) as $slow |
                [["what", "reach", "measured", "reached"],
                 target("of the reflector, \($n) in flight"; ">= 0.50"; $floor | values | ratio;
                        $floor >= 0.5),
                 target("times Kea, \($n) in flight"; ">= 5.00"; $kea | values | ratio; $kea >= 5),
                 target("one in flight, p50 in us"; "<= \($bound | values | usec)";
                        $single | values | usec; $single <= $bound),
                 target("resident set of the empty process in MB"; "<= 5.00";
                        $empty | values | .rss_kb / 1024 | ratio; $empty.rss_kb <= 5 * 1024),
                 target("with \($many // 0 | commas) leases, of the rate of none"; ">= 0.90";
                        $kept | values | ratio; $kept >= 0.9),
                 target("start in ms"; "<= 2,000"; $full | values | .ready_usec / 1000 | number;
                        $full.ready_usec <= 2000000),
                 target("bytes a lease"; "<= 200"; $bytes | values | number; $bytes <= 200),
                 target("slow disk, OFFER p99 in us, 16 in flight"; "<= 2,000";
                        $offer | values | usec; $offer <= 2000000),
                 target("slow disk, exchanges a second, 2000 in flight"; ">= 20,000";
                        $slow | values | number; $slow >= 20000)]'
}

# draw_plot RESULTS FILE - rate by requests in flight, and by leases if that was measured.
draw_plot() {
        local data=$scratch/plot name who script
        mkdir -p "$data"
        for name in in-flight fresh; do
                while read -r who; do
                        from_results "$1" "
                                runs(\"$name\")[] | select(.server == \"$who\") |
                                [if \"$name\" == \"fresh\" then .leases else .load.in_flight end,
                                 .load.rate] | @tsv" >"$data/$name.$who"
                done < <(from_results "$1" "servers_of(\"$name\")[] as \$server |
                        select(\"$name\" == \"in-flight\" or (runs(\"$name\") |
                                map(select(.server == \$server)) | length > 1)) | \$server")
        done

        script=$data/script
        cat >"$script" <<END
set terminal svg size 1000,$([ -e "$data/fresh.mini-dhcp" ] && echo 840 || echo 440) font "sans-serif,13" background rgb "white"
set output "$2"
set logscale y 10
set format y "%.0f"
set ylabel "four-way exchanges a second"
set key outside right
set grid
set multiplot layout $([ -e "$data/fresh.mini-dhcp" ] && echo 2 || echo 1),1
set logscale x 2
set xlabel "requests in flight"
END
        plot_lines "$data" in-flight >>"$script"
        if [ -e "$data/fresh.mini-dhcp" ]; then
                printf 'unset logscale x\nset format x "%%.0f"\nset xlabel "leases, 256 requests in flight"\n' \
                        >>"$script"
                plot_lines "$data" fresh >>"$script"
        fi
        gnuplot "$script" || fail "gnuplot failed"
}

plot_lines() {
        local file separator=plot
        for file in "$1/$2".*; do
                printf '%s "%s" using 1:2 with linespoints linewidth 2 title "%s"' \
                        "$separator" "$file" "${file#"$1/$2".}"
                separator=,
        done
        echo
}

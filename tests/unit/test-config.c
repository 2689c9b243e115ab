/* SPDX-License-Identifier: MIT */
/* Texts of configurations: what settings they make, or what is wrong with them and where. */

#include <errno.h>

#include "basic/suggest.h"
#include "config-test.h"
#include "config/load.h"
#include "config/validate.h"

#define BUILTIN                                                                                    \
        "pool default 192.168.1.0/24 192.168.1.100-192.168.1.200 timid strict default=1h "         \
        "3=c0:a8:01:45\n"
#define LAN "[Pool lan]\nSubnet=10.0.0.0/24\nRange=10.0.0.10-10.0.0.19\n"
#define LAN_SETTINGS "pool lan 10.0.0.0/24 10.0.0.10-10.0.0.19 default=1h"

/* Texts that are taken, perhaps with warnings. */
static const struct {
        const char *text;
        const char *settings;
        const char *problems;
} good[] = {
        /* Nothing at all, and what amounts to it. */
        {"", BUILTIN, ""},
        {"\n \t\n# comment\n; comment\n", BUILTIN, ""},
        {"[Server]\n", BUILTIN, ""},
        {"[Server]\nLenient=no\nLeaseFile=/srv/leases.csv\nRateLimit=0\n",
                "strict\nlease-file /srv/leases.csv\nrate-limit 0\n" BUILTIN, ""},
        {"[Server]\nLeaseFile=/srv/leases.csv\nLeaseFile=\n", BUILTIN, ""},
        {"[Host a]\nMACAddress=02:00:00:00:aa:01\nAddress=192.168.1.50\n",
                BUILTIN "host a mac=02:00:00:00:aa:01 192.168.1.50\n", ""},

        /* Syntax. */
        {LAN, LAN_SETTINGS "\n", ""},
        {"\xef\xbb\xbf" LAN, LAN_SETTINGS "\n", ""},
        {"[Pool lan]\r\nSubnet=10.0.0.0/24\r\nRange=10.0.0.10-10.0.0.19\r\n", LAN_SETTINGS "\n",
                ""},
        {"  [ Pool\tlan ]  \n\tSubnet =\t10.0.0.0/24 \n Range = 10.0.0.10 - 10.0.0.19",
                LAN_SETTINGS "\n", ""},
        {LAN "DNS=10.0.0.1 \\\n  10.0.0.2 \\\n# a comment between\n\\\n10.0.0.3\n",
                LAN_SETTINGS " 6=0a:00:00:01:0a:00:00:02:0a:00:00:03\n", ""},
        {LAN "# a comment is not continued \\\nBootp=yes\n",
                "pool lan 10.0.0.0/24 10.0.0.10-10.0.0.19 bootp default=1h\n", ""},
        {LAN "\\\nBootp=yes\n", "pool lan 10.0.0.0/24 10.0.0.10-10.0.0.19 bootp default=1h\n", ""},
        {LAN "Bootp=yes \\", "pool lan 10.0.0.0/24 10.0.0.10-10.0.0.19 bootp default=1h\n", ""},
        {LAN "BootFilename=a=b;c#d\n", LAN_SETTINGS " boot(a=b;c#d)\n", ""},
        {LAN "BootFilename=größe\n", LAN_SETTINGS " boot(größe)\n", ""},
        {LAN "[Server]\nLenient=no\n[Server]\nLenient=yes\nRateLimit=3\n",
                "rate-limit 3\n" LAN_SETTINGS "\n", ""},

        /* Scalars: the last one; lists: all of them since the last empty one. */
        {LAN "DefaultLeaseTimeSec=2h\nDefaultLeaseTimeSec=3h\n",
                "pool lan 10.0.0.0/24 10.0.0.10-10.0.0.19 default=3h\n", ""},
        /* What is taken back is not said twice. */
        {"[Host a]\nMACAddress=02:00:00:00:aa:01\nMACAddress=\nMACAddress=02:00:00:00:aa:02\n",
                BUILTIN "host a mac=02:00:00:00:aa:02\n", ""},
        {LAN "Range=\nRange=10.0.0.5\n", "pool lan 10.0.0.0/24 10.0.0.5-10.0.0.5 default=1h\n", ""},

        /* A lease time that nobody set keeps between those that are. */
        {LAN "MaxLeaseTimeSec=10min\n",
                "pool lan 10.0.0.0/24 10.0.0.10-10.0.0.19 default=10min max=10min\n", ""},
        {LAN "MinLeaseTimeSec=2h\n", "pool lan 10.0.0.0/24 10.0.0.10-10.0.0.19 default=2h min=2h\n",
                ""},
        {LAN "MaxLeaseTimeSec=infinity\nDefaultLeaseTimeSec=infinity\n",
                "pool lan 10.0.0.0/24 10.0.0.10-10.0.0.19 default=infinite max=infinite\n", ""},
        /* A host may have less than its pool's default. */
        {LAN "[Host a]\nMACAddress=02:00:00:00:aa:01\nPool=lan\nMaxLeaseTimeSec=10min\n",
                LAN_SETTINGS "\nhost a mac=02:00:00:00:aa:01 pool=lan max=10min\n", ""},

        /* The same subnet twice, a whole /8, a /31. */
        {LAN "[Pool guests]\nSubnet=10.0.0.0/24\nRange=10.0.0.20-10.0.0.29\n",
                LAN_SETTINGS "\npool guests 10.0.0.0/24 10.0.0.20-10.0.0.29 default=1h\n", ""},
        {"[Pool a]\nSubnet=10.0.0.0/8\nRange=10.0.0.1-10.255.255.254\n",
                "pool a 10.0.0.0/8 10.0.0.1-10.255.255.254 default=1h\n", ""},
        {"[Pool a]\nSubnet=10.0.0.0/31\nRange=10.0.0.0-10.0.0.1\n",
                "pool a 10.0.0.0/31 10.0.0.0-10.0.0.1 default=1h\n", ""},

        /* Hosts. */
        {LAN "[Host a]\nMACAddress=02:00:00:00:aa:01\n[Host b]\nClientId=01:02\n[Host "
             "c]\nCircuitId=07\nDeny=yes\n",
                LAN_SETTINGS "\nhost a mac=02:00:00:00:aa:01\nhost b id=01:02\nhost c circuit=07 "
                             "deny\n",
                ""},
        /* One machine in two pools. */
        {LAN "[Pool wlan]\nSubnet=10.0.1.0/24\n"
             "[Host a]\nMACAddress=02:00:00:00:aa:01\nAddress=10.0.0.2\n"
             "[Host a-wlan]\nMACAddress=02:00:00:00:aa:01\nAddress=10.0.1.2\n",
                LAN_SETTINGS "\npool wlan 10.0.1.0/24 default=1h\n"
                             "host a mac=02:00:00:00:aa:01 10.0.0.2\n"
                             "host a-wlan mac=02:00:00:00:aa:01 10.0.1.2\n",
                ""},

        /* Warnings. */
        {LAN "Exclude=10.0.0.30\nExclude=10.0.0.19-10.0.0.20\n",
                "pool lan 10.0.0.0/24 10.0.0.10-10.0.0.19 !10.0.0.30-10.0.0.30 "
                "!10.0.0.19-10.0.0.20 default=1h\n",
                "warning: f:4: Exclude=10.0.0.30-10.0.0.30: outside of every Range= of this pool, "
                "so it has no effect\n"},
        {"[Pool a]\nSubnet=10.0.0.0/24\n", "pool a 10.0.0.0/24 default=1h\n",
                "warning: f:1: [Pool a] has neither a Range= nor a [Host] with an Address= in it; "
                "it gives out nothing\n"},
        {LAN "Router=10.0.0.10\n", LAN_SETTINGS " 3=0a:00:00:0a\n",
                "warning: f:4: Router=10.0.0.10: lies in a Range=; add Exclude=10.0.0.10 unless it "
                "is "
                "this machine's own\n"},
        {LAN "DNS=9.9.9.9 10.0.0.10\nDNS=10.0.0.11\nExclude=10.0.0.10\n",
                "pool lan 10.0.0.0/24 10.0.0.10-10.0.0.19 !10.0.0.10-10.0.0.10 default=1h "
                "6=09:09:09:09:0a:00:00:0a:0a:00:00:0b\n",
                "warning: f:5: DNS=10.0.0.11: lies in a Range=; add Exclude=10.0.0.11 unless it is "
                "this machine's own\n"},
        {LAN "Router=10.0.1.1\n", LAN_SETTINGS " 3=0a:00:01:01\n",
                "warning: f:4: Router=10.0.1.1: outside of Subnet=10.0.0.0/24, where clients "
                "cannot reach it\n"},
        {LAN "BroadcastAddress=10.0.1.255\n", LAN_SETTINGS " 28=0a:00:01:ff\n",
                "warning: f:4: BroadcastAddress=10.0.1.255: outside of Subnet=10.0.0.0/24\n"},
        {LAN "Route=10.1.0.0/16 10.0.0.2\n", LAN_SETTINGS " 121=10:0a:01:0a:00:00:02\n",
                "warning: f:4: no Route= to 0.0.0.0/0: clients that take routes ignore Router= and "
                "have no default route; add one, or an empty Router= if that is meant\n"},
        {LAN "OtherRange=10.0.0.15-10.0.0.40\nRouter=10.0.0.15\n", /* never in our hands */
                "pool lan 10.0.0.0/24 10.0.0.10-10.0.0.19 other=10.0.0.15-10.0.0.40 default=1h "
                "3=0a:00:00:0f\n",
                ""},
        {LAN "Route=10.1.0.0/16 10.0.0.2\nRouter=\n",
                LAN_SETTINGS " no-router 121=10:0a:01:0a:00:00:02\n", ""},
        {LAN "Router=10.0.0.1\n[Host a]\nMACAddress=02:00:00:00:aa:01\nAddress=10.0.0.1\n",
                LAN_SETTINGS " 3=0a:00:00:01\nhost a mac=02:00:00:00:aa:01 10.0.0.1\n",
                "warning: f:7: Address=10.0.0.1: also the Router= of [Pool lan]\n"},
};

/* Texts that are refused. */
static const struct {
        const char *text;
        const char *problems;
} bad[] = {
        /* What another server gives out. */
        {LAN "OtherRange=10.0.1.0-10.0.1.9\n",
                "f:4: OtherRange=10.0.1.0-10.0.1.9: not inside Subnet=10.0.0.0/24\n"},
        {LAN "OtherRange=10.0.0.50-10.0.0.59\n[Pool b]\nSubnet=10.0.0.0/24\n"
             "Range=10.0.0.55-10.0.0.70\n",
                "f:4: OtherRange=10.0.0.50-10.0.0.59: overlaps with Range=10.0.0.55-10.0.0.70 of "
                "[Pool b]; add OtherRange= there, too, or make one of them smaller\n"},
        {LAN "OtherRange=10.0.0.50\n[Host a]\nMACAddress=02:00:00:00:aa:01\nAddress=10.0.0.50\n",
                "f:7: Address=10.0.0.50: in OtherRange=10.0.0.50-10.0.0.50 of [Pool lan], which "
                "another server gives out\n"},

        /* Syntax, and all of it at once. */
        {"Lenient=yes\n",
                "f:1: 'Lenient=' stands before any section; [Server], [Pool NAME] or [Host NAME] "
                "comes first\n"},
        {"[Server\nLenient=x\n[Server] # comment\nLenient=x\n[Server]\nLenient\n=yes\nLenient=x\n",
                "f:1: '[Server': a section header ends with ']'\n"
                "f:3: '[Server] # comment': nothing may follow a section header on its line; "
                "comments stand on lines of their own\n"
                "f:6: 'Lenient': neither [SECTION] nor KEY=VALUE\n"
                "f:7: '=yes': no key before '='\n"
                "f:8: Lenient=x: neither yes nor no\n"},
        {"[Server]\nLenient\\\n=yes\\\n # x\n no\nRateLimit=x\n",
                "f:2: Lenient=yes no: neither yes nor no\n"
                "f:6: RateLimit=x: 'x' is no number from 0 to 1000000\n"},
        {"[Server]\nLenient=\xff\nRateLimit=\x1b[31m\n# \xff is nobody's business here\n",
                "f:2: the line holds bytes that are not printable UTF-8\n"
                "f:3: the line holds bytes that are not printable UTF-8\n"},
        {"[Server]\nRateLimit=1\\\n2\\\n\x07\n",
                "f:4: the line holds bytes that are not printable UTF-8\n"},

        /* Sections. */
        {"[Sever]\nLenient=x\n[Pools]\n[DHCPServer]\n[pool a]\n[]\n",
                "f:1: unknown section [Sever]; did you mean [Server]?\n"
                "f:3: unknown section [Pools]; did you mean [Pool NAME]?\n"
                "f:4: unknown section [DHCPServer]; there are [Server], [Pool NAME] and [Host "
                "NAME]\n"
                "f:5: unknown section [pool]; did you mean [Pool NAME]?\n"
                "f:6: unknown section []; there are [Server], [Pool NAME] and [Host NAME]\n"},
        {"[Server main]\n", "f:1: [Server main]: there is one server, it takes no name\n"},
        {"[Pool]\nSubnet=x\n[Host my printer]\nDeny=x\n",
                "f:1: [Pool]: a pool needs a name of letters, digits, '-', '_' and '.', a letter "
                "or digit first, at most 63 bytes\n"
                "f:2: Subnet=x: not a subnet, which looks like 192.168.1.0/24; its length is 8 to "
                "32\n"
                "f:3: [Host my printer]: a host needs a name of letters, digits, '-', '_' and "
                "'.', a letter or digit first, at most 63 bytes\n"
                "f:4: Deny=x: neither yes nor no\n"},
        {LAN "[Pool lan]\nSubnet=x\nBootp=yes\n",
                "f:4: [Pool lan]: line 1 has begun it already; each pool has one section in a "
                "file\n"
                "f:5: Subnet=x: not a subnet, which looks like 192.168.1.0/24; its length is 8 to "
                "32\n"},
        {"[Host a]\nMACAddress=02:00:00:00:aa:01\n[Host a]\nMACAddress=02:00:00:00:aa:01\n",
                "f:3: [Host a]: line 1 has begun it already; each host has one section in a "
                "file\n"},
        {LAN "Rage=x\n[Server]\nDNS=9.9.9.9\n",
                "f:4: unknown key 'Rage' in [Pool]; did you mean Range=?\n"
                "f:6: DNS= does not belong into [Server] but into [Pool] and [Host]\n"},

        /* Only one would count. */
        {"[Host a]\nMACAddress=02:00:00:00:aa:01\nAddress=192.168.1.9\n"
         "MACAddress=02:00:00:00:aa:02\n",
                "f:4: MACAddress= is in line 2 already; a host has one, so this is a mistake: "
                "give the other one a [Host] of its own\n"},
        {"[Host a]\nMACAddress=02:00:00:00:aa:01\nMACAddress=02:00:00:00:aa:01\n",
                "f:3: MACAddress= is in line 2 already; a host has one, so this is a mistake: "
                "give the other one a [Host] of its own\n"},
        {"[Host a]\nClientId=01:02\nAddress=192.168.1.9\nClientId=01:03\nAddress=192.168.1.8\n",
                "f:4: ClientId= is in line 2 already; a host has one, so this is a mistake: "
                "give the other one a [Host] of its own\n"
                "f:5: Address= is in line 3 already; a host has one, so this is a mistake: "
                "give the other one a [Host] of its own\n"},
        {LAN "Subnet=10.0.0.0/24\n",
                "f:4: Subnet= is in line 2 already; a pool has one, so this is a mistake\n"},

        /* Pools. */
        {"[Pool a]\nRange=10.0.0.1\n",
                "f:1: [Pool a] has no Subnet=; it needs one such as Subnet=192.168.1.0/24\n"},
        {"[Pool a]\nSubnet=192.168.1.0/99\nRange=192.168.1.10-192.168.1.19\nNoSuchKey=1\n",
                "f:2: Subnet=192.168.1.0/99: not a subnet, which looks like 192.168.1.0/24; its "
                "length is 8 to 32\n"
                "f:4: unknown key 'NoSuchKey' in [Pool]; mini-dhcp.conf(5) lists all keys\n"},
        {"[Pool a]\nSubnet=10.0.0.0/24\nRange=10.0.0.5\nRange=10.0.1.1-10.0.1.9\n"
         "Range=10.0.0.250-10.0.1.1\n",
                "f:4: Range=10.0.1.1-10.0.1.9: not inside Subnet=10.0.0.0/24, whose hosts have "
                "10.0.0.1 to 10.0.0.254\n"
                "f:5: Range=10.0.0.250-10.0.1.1: not inside Subnet=10.0.0.0/24, whose hosts have "
                "10.0.0.1 to 10.0.0.254\n"
                "f:5: Range=10.0.0.250-10.0.1.1: overlaps with Range=10.0.1.1-10.0.1.9 of [Pool "
                "a]; ranges must not share addresses\n"},
        {"[Pool a]\nSubnet=10.0.0.0/24\nRange=10.0.0.0-10.0.0.9\nRange=10.0.0.200-10.0.0.255\n",
                "f:3: Range=10.0.0.0-10.0.0.9: 10.0.0.0 is the network address of the subnet, "
                "whose hosts have 10.0.0.1 to 10.0.0.254\n"
                "f:4: Range=10.0.0.200-10.0.0.255: 10.0.0.255 is the broadcast address of the "
                "subnet, whose hosts have 10.0.0.1 to 10.0.0.254\n"},
        {LAN "Range=\nRange=10.0.0.1-10.0.0.9\nRange=10.0.0.5\nRange=10.0.0.9-10.0.0.12\n",
                "f:6: Range=10.0.0.5-10.0.0.5: overlaps with Range=10.0.0.1-10.0.0.9 of [Pool "
                "lan]; ranges must not share addresses\n"
                "f:7: Range=10.0.0.9-10.0.0.12: overlaps with Range=10.0.0.1-10.0.0.9 of [Pool "
                "lan]; ranges must not share addresses\n"},
        {LAN "[Pool b]\nSubnet=10.0.0.0/24\nRange=10.0.0.1-10.0.0.10\n",
                "f:6: Range=10.0.0.1-10.0.0.10: overlaps with Range=10.0.0.10-10.0.0.19 of [Pool "
                "lan]; ranges must not share addresses\n"},
        {LAN "[Pool b]\nSubnet=10.0.0.0/16\nRange=10.0.1.1\n",
                "f:5: Subnet=10.0.0.0/16: overlaps with 10.0.0.0/24 of [Pool lan]; subnets are "
                "the same or apart\n"},
        {"[Pool a]\nSubnet=10.0.0.0/8\nRange=10.0.0.1-10.255.255.254\n"
         "[Pool b]\nSubnet=11.0.0.0/8\nRange=11.0.0.1\nRange=11.0.1.0-11.0.1.2\n"
         "Range=11.0.2.1\n",
                "f:7: Range=11.0.1.0-11.0.1.2: makes more than 16777216 addresses in all pools "
                "together, the most allowed\n"},
        {LAN "DefaultLeaseTimeSec=30min\nMinLeaseTimeSec=1h\nMaxLeaseTimeSec=10min\n",
                "f:4: DefaultLeaseTimeSec=30min: shorter than MinLeaseTimeSec=1h\n"
                "f:4: DefaultLeaseTimeSec=30min: longer than MaxLeaseTimeSec=10min\n"
                "f:5: MinLeaseTimeSec=1h: longer than MaxLeaseTimeSec=10min\n"},
        {LAN "DefaultLeaseTimeSec=infinity\nMaxLeaseTimeSec=1d\n",
                "f:4: DefaultLeaseTimeSec=infinite: longer than MaxLeaseTimeSec=1d\n"},

        /* Hosts. */
        {LAN "[Host a]\nAddress=10.0.0.2\n",
                "f:4: [Host a] has none of MACAddress=, ClientId= and CircuitId=; it needs one to "
                "be known by\n"},
        {LAN "[Host a]\nMACAddress=x\n",
                "f:5: MACAddress=x: not six bytes such as 02:00:00:00:aa:01, and not eight "
                "either\n"},
        {LAN "[Host a..b]\nMACAddress=02:00:00:00:aa:01\n",
                "f:4: [Host a..b]: the name is no host name; add a Hostname=\n"},
        {LAN "[Host a]\nMACAddress=02:00:00:00:aa:01\nAddress=10.0.1.2\n"
             "[Host b]\nMACAddress=02:00:00:00:aa:02\nAddress=10.0.0.255\n"
             "[Host c]\nMACAddress=02:00:00:00:aa:03\nPool=wan\nAddress=10.0.0.3\n",
                "f:6: Address=10.0.1.2: not in the Subnet= of any pool\n"
                "f:9: Address=10.0.0.255: no host can have it; in 10.0.0.0/24 hosts have 10.0.0.1 "
                "to 10.0.0.254\n"
                "f:12: Pool=wan: there is no [Pool wan] (did you mean Pool=lan?)\n"},
        {LAN "[Pool b]\nSubnet=10.0.1.0/24\nRange=10.0.1.1\n"
             "[Host a]\nMACAddress=02:00:00:00:aa:01\nPool=b\nAddress=10.0.0.2\n",
                "f:10: Address=10.0.0.2: not in Subnet=10.0.1.0/24 of [Pool b]\n"},
        {LAN "[Host a]\nMACAddress=02:00:00:00:aa:01\nAddress=10.0.0.2\nClientId=01:02\n"
             "[Host b]\nClientId=01:02\nMACAddress=02:00:00:00:aa:01\nAddress=10.0.0.2\n"
             "[Host c]\nCircuitId=07\n[Host d]\nCircuitId=07\n",
                "f:10: MACAddress=02:00:00:00:aa:01: [Host a] has it already\n"
                "f:9: ClientId=01:02: [Host a] has it already\n"
                "f:15: CircuitId=07: [Host c] has it already\n"
                "f:11: Address=10.0.0.2: [Host a] has it already\n"},
        {LAN "MaxLeaseTimeSec=1d\n[Host a]\nMACAddress=02:00:00:00:aa:01\nAddress=10.0.0.2\n"
             "DefaultLeaseTimeSec=2d\n[Host b]\nMACAddress=02:00:00:00:aa:02\nPool=lan\n"
             "MinLeaseTimeSec=3d\n",
                "f:8: DefaultLeaseTimeSec=2d: longer than MaxLeaseTimeSec=1d\n"
                "f:12: MinLeaseTimeSec=3d: longer than MaxLeaseTimeSec=1d\n"},

        /* What follows from another mistake is not said. */
        {"[Pool a b]\nSubnet=10.0.0.0/24\n[Host a]\nMACAddress=02:00:00:00:aa:01\n"
         "Address=10.0.0.2\n",
                "f:1: [Pool a b]: a pool needs a name of letters, digits, '-', '_' and '.', a "
                "letter or digit first, at most 63 bytes\n"},
        {"[Pool a]\nSubnet=10.0.0.0\n[Host a]\nMACAddress=02:00:00:00:aa:01\nAddress=10.0.0.2\n",
                "f:2: Subnet=10.0.0.0: not a subnet, which looks like 192.168.1.0/24; its length "
                "is 8 to 32\n"},
        {LAN "Range=10.0.0.1-\nExclude=10.0.0.2\n",
                "f:4: Range=10.0.0.1-: neither a range such as 192.168.1.100-192.168.1.200 nor "
                "one address; repeat the key for more than one\n"},
};

START_TEST(good_texts)
{
        _cleanup_free_ char *settings = NULL, *problems = NULL;

        parse_and_dump(good[_i].text, strlen(good[_i].text), &settings, &problems);
        ck_assert_str_eq(problems, good[_i].problems);
        ck_assert_pstr_eq(settings, good[_i].settings);
}
END_TEST

START_TEST(bad_texts)
{
        _cleanup_free_ char *settings = NULL, *problems = NULL;

        ck_assert_int_eq(
                parse_and_dump(bad[_i].text, strlen(bad[_i].text), &settings, &problems), -EINVAL);
        ck_assert_str_eq(problems, bad[_i].problems);
}
END_TEST

START_TEST(nul_bytes)
{
        static const char text[] = "[Server]\nLen\0ient=no\n# comm\0ent\nRateLimit=3\\\n\0\n";
        _cleanup_free_ char *settings = NULL, *problems = NULL;

        ck_assert_int_eq(parse_and_dump(text, sizeof(text) - 1, &settings, &problems), -EINVAL);
        ck_assert_str_eq(problems,
                "f:2: the line holds a NUL byte; the file must be plain UTF-8 text\n"
                "f:3: the comment holds a NUL byte; the file must be plain UTF-8 text\n"
                "f:5: the line holds a NUL byte; the file must be plain UTF-8 text\n");
}
END_TEST

/* "[Server]", then a line that has `size` bytes in all its parts. */
static char *make_long_line(size_t size, bool continued) {
        static const char head[] = "[Server]\n#\nLeaseFile=/";
        char *text = malloc(sizeof(head) + size);
        size_t n = sizeof(head) - 1;

        memset(text, 'a', n + size);
        memcpy(text, head, n);
        memset(text + n, 'a', size - strlen("LeaseFile=/"));
        n += size - strlen("LeaseFile=/");
        if (continued)
                memcpy(text + n - 100, "\\\n", 2);
        text[n] = '\0';
        return text;
}

START_TEST(long_lines)
{
        for (int continued = 0; continued < 2; continued++) {
                _cleanup_free_ char *longest = make_long_line(8192, continued);
                _cleanup_free_ char *longer = make_long_line(8200, continued);
                _cleanup_free_ char *settings = NULL, *problems = NULL, *more = NULL;

                parse_and_dump(longest, strlen(longest), &settings, &problems);
                ck_assert_ptr_nonnull(strstr(problems, "f:3: LeaseFile=/aaa"));
                parse_and_dump(longer, strlen(longer), &settings, &more);
                ck_assert_str_eq(
                        more, "f:3: longer than 8192 bytes; repeat the key where it is a list\n");
        }
}
END_TEST

START_TEST(large_files)
{
        _cleanup_free_ char *text = malloc(1 << 21), *settings = NULL, *problems = NULL,
                            *more = NULL;

        ck_assert_ptr_nonnull(text);
        memset(text, '\n', 1 << 21);
        ck_assert_int_eq(parse_and_dump(text, 1 << 20, &settings, &problems), 0);
        ck_assert_str_eq(settings, BUILTIN);
        free(TAKE_PTR(settings));
        ck_assert_int_eq(parse_and_dump(text, (1 << 20) + 1, &settings, &more), -EINVAL);
        ck_assert_str_eq(more, "f: larger than 1 MiB, the most allowed\n");
}
END_TEST

/* A file that is something else altogether does not flood the journal. */
START_TEST(mistakes_are_bounded)
{
        _cleanup_free_ char *text = malloc(10000), *settings = NULL, *problems = NULL;
        size_t n = 0;

        ck_assert_ptr_nonnull(text);
        for (const char *p = (memset(text, 'x', 10000), text); p < text + 10000; p += 2)
                text[p - text + 1] = '\n';
        ck_assert_int_eq(parse_and_dump(text, 10000, &settings, &problems), -EINVAL);
        for (const char *p = problems; (p = strchr(p, '\n')); p++)
                n++;
        ck_assert_uint_eq(n, 201);
        ck_assert_ptr_nonnull(
                strstr(problems, "\nf:201: 200 mistakes so far; the file is not read on\n"));
}
END_TEST

/* As in mistakes_are_bounded, but of what is found at the end. */
START_TEST(late_mistakes_are_bounded)
{
        _cleanup_free_ char *settings = NULL, *problems = NULL, *text = NULL;
        const char *start;
        Buffer out = BUFFER_INIT;
        size_t n = 0;

        for (unsigned i = 0; i < 4096; i++)
                buffer_printf(&out, "[Pool p%u]\n", i);
        buffer_printf(&out, "[Pool b]\n");
        ck_assert_int_eq(buffer_take_string(&out, &text), 0);
        ck_assert_int_eq(parse_and_dump(text, strlen(text), &settings, &problems), -EINVAL);
        start = strstr(problems,
                "f:4097: [Pool b]: there are 4096 pools already, the most allowed\n"
                "f:1: [Pool p0] has no Subnet=");
        ck_assert_ptr_eq(start, problems);
        for (const char *p = problems; (p = strchr(p, '\n')); p++)
                n++;
        ck_assert_uint_eq(n, 201);
}
END_TEST

START_TEST(origins)
{
        _cleanup_(settings_freep) Settings *settings = NULL;
        _cleanup_(problems_done) Problems problems = {0};
        const char text[] = "\n" LAN "[Host a]\nMACAddress=02:00:00:00:aa:01\n";

        ck_assert_int_eq(config_parse("f", text, strlen(text), &settings, &problems), 0);
        ck_assert_str_eq(settings->pools[0]->origin, "f:2");
        ck_assert_str_eq(settings->hosts[0]->origin, "f:5");
        settings = settings_free(settings);
        ck_assert_int_eq(config_parse("f", "", 0, &settings, &problems), 0);
        ck_assert_str_eq(settings->pools[0]->origin, "built-in");
}
END_TEST

/* Settings that did not come from a file name their origin instead of a line. */
START_TEST(finish_without_places)
{
        _cleanup_(settings_freep) Settings *settings = NULL;
        _cleanup_(problems_done) Problems problems = {0};
        const char text[] = LAN;

        ck_assert_int_eq(config_parse("f", text, strlen(text), &settings, &problems), 0);
        settings->pools[0]->subnet = (Ipv4Prefix){0};
        ck_assert_int_eq(settings_finish(settings, NULL, &problems), -EINVAL);
        ck_assert_uint_eq(problems.n_items, 1);
        ck_assert_str_eq(problems.items[0].file, "f:1");
        ck_assert_uint_eq(problems.items[0].line, 0);
}
END_TEST

START_TEST(errors_of_before_do_not_count)
{
        _cleanup_(settings_freep) Settings *settings = NULL;
        _cleanup_(problems_done) Problems problems = {0};

        ck_assert_int_eq(problems_add(&problems, false, "other", 1, "something else"), 0);
        ck_assert_int_eq(config_parse("f", "", 0, &settings, &problems), 0);
        ck_assert_ptr_nonnull(settings);
}
END_TEST

START_TEST(distances)
{
        static const struct {
                const char *a;
                const char *b;
                unsigned distance;
        } cases[] = {
                {"", "", 0},
                {"", "abc", 3},
                {"Range", "range", 0},
                {"Rage", "Range", 1},
                {"Rnage", "Range", 1},
                {"Ranges", "Range", 1},
                {"Ringe", "Range", 1},
                {"ab", "ba", 1},
                {"kitten", "sitting", 3},
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                ck_assert_uint_eq(suggest_distance(cases[i].a, cases[i].b), cases[i].distance);
                ck_assert_uint_eq(suggest_distance(cases[i].b, cases[i].a), cases[i].distance);
        }
}
END_TEST

TEST_SUITE("config", suite, NULL) {
        TCase *group = test_cases_new(suite, "config");

        tcase_add_loop_test(group, good_texts, 0, ELEMENTSOF(good));
        tcase_add_loop_test(group, bad_texts, 0, ELEMENTSOF(bad));
        tcase_add_test(group, nul_bytes);
        tcase_add_test(group, long_lines);
        tcase_add_test(group, large_files);
        tcase_add_test(group, mistakes_are_bounded);
        tcase_add_test(group, late_mistakes_are_bounded);
        tcase_add_test(group, origins);
        tcase_add_test(group, finish_without_places);
        tcase_add_test(group, errors_of_before_do_not_count);
        tcase_add_test(group, distances);
}

/* SPDX-License-Identifier: MIT */
/* Every key of the configuration, with values that it takes and values that it refuses. */

#include <errno.h>

#include "config-test.h"
#include "setting/assignment.h"
#include "setting/key.h"

#define ADDRESS_WANTED "is no IPv4 address, which looks like 192.168.1.1"
#define NO_HOST "cannot be a host's address; 1.0.0.0 to 223.255.255.255 without 127.0.0.0/8 can"
#define BOOLEAN_WANTED "neither yes nor no"
#define SPAN_WANTED "not a time span such as 1h, 1h 30min, or 3600 for seconds"
#define RANGE_WANTED                                                                               \
        "neither a range such as 192.168.1.100-192.168.1.200 nor one address; repeat the key for " \
        "more than one"
#define SUBNET_WANTED "not a subnet, which looks like 192.168.1.0/24; its length is 8 to 32"
#define BYTES_WANTED "neither bytes in hexadecimal such as 01:02:00:00:00:aa:01 nor string:TEXT"
#define DOMAIN_WANTED                                                                              \
        "not a domain name such as home.arpa: labels of 1 to 63 letters, digits and hyphens, "     \
        "joined by dots, 253 bytes in all"
#define ROUTE_WANTED                                                                               \
        "not PREFIX GATEWAY such as 10.0.0.0/8 192.168.1.2; repeat the key for more than one"

/* Assignments, separated by newlines, and what they make of an empty pool "p" or host "h". */
static const struct {
        SettingScope scope;
        const char *text;
        const char *settings;
} valid[] = {
        {SETTING_POOL, "Interface=br0", " on=br0"},
        {SETTING_POOL, "Interface=br0 eth*\nInterface=veth[0-9]", " on=br0 on=eth* on=veth[0-9]"},
        {SETTING_POOL, "Interface=br0\nInterface=", ""},
        {SETTING_POOL, "Interface=br0\nInterface=\nInterface=br1", " on=br1"},
        {SETTING_POOL, "Relay=10.1.2.1", " by=10.1.2.1/32"},
        {SETTING_POOL, "Relay=10.1.2.1 10.2.0.0/16\nRelay=10.3.0.0/31",
                " by=10.1.2.1/32 by=10.2.0.0/16 by=10.3.0.0/31"},
        {SETTING_POOL, "Relay=10.1.2.1\nRelay=\nRelay=10.0.0.0/8", " by=10.0.0.0/8"},
        {SETTING_POOL, "TrustOption82=yes", " trusting"},
        {SETTING_POOL, "Subnet=192.168.1.0/24", " 192.168.1.0/24"},
        {SETTING_POOL, "Subnet=10.0.0.0/8", " 10.0.0.0/8"},
        {SETTING_POOL, "Subnet=10.1.2.3/32", " 10.1.2.3/32"},
        {SETTING_POOL, "Subnet=10.0.0.0/8\nSubnet=10.1.0.0/16", " 10.1.0.0/16"},
        {SETTING_POOL, "Subnet=10.0.0.0/8\nSubnet=", ""},
        {SETTING_POOL, "Range=10.0.0.1-10.0.0.9", " 10.0.0.1-10.0.0.9"},
        {SETTING_POOL, "Range=10.0.0.1 - 10.0.0.9\nRange=10.0.0.20",
                " 10.0.0.1-10.0.0.9 10.0.0.20-10.0.0.20"},
        {SETTING_POOL, "Range=10.0.0.1\nRange=\nRange=10.0.0.2", " 10.0.0.2-10.0.0.2"},
        {SETTING_POOL, "Exclude=10.0.0.5", " !10.0.0.5-10.0.0.5"},
        {SETTING_POOL, "Exclude=10.0.0.5\nExclude=10.0.0.7-10.0.0.8",
                " !10.0.0.5-10.0.0.5 !10.0.0.7-10.0.0.8"},
        {SETTING_POOL, "Exclude=10.0.0.5\nExclude=", ""},
        {SETTING_POOL, "OtherRange=10.0.0.5-10.0.0.9\nOtherRange=10.0.0.20",
                " other=10.0.0.5-10.0.0.9 other=10.0.0.20-10.0.0.20"},
        {SETTING_POOL, "OtherRange=10.0.0.5\nOtherRange=", ""},
        {SETTING_POOL, "ServerAddress=10.0.0.2", " as=10.0.0.2"},
        {SETTING_POOL, "ServerAddress=10.0.0.2\nServerAddress=", ""},
        {SETTING_POOL, "ClientIdentifier=ignore", " by-hardware"},
        {SETTING_POOL, "ClientIdentifier=ignore\nClientIdentifier=use", ""},
        {SETTING_POOL, "Enabled=no", " disabled"},
        {SETTING_POOL, "Enabled=0\nEnabled=true", ""},
        {SETTING_POOL, "Authoritative=no", " timid"},
        {SETTING_POOL, "ConflictDetection=strict", " strict"},
        {SETTING_POOL, "ConflictDetection=off", " off"},
        {SETTING_POOL, "ConflictDetection=off\nConflictDetection=ahead", ""},
        {SETTING_POOL, "UnknownClients=deny", " hosts-only"},
        {SETTING_POOL, "UnknownClients=deny\nUnknownClients=allow", ""},
        {SETTING_POOL, "RapidCommit=yes", " rapid"},
        {SETTING_POOL, "Bootp=on", " bootp"},

        {SETTING_HOST, "MACAddress=02:00:00:00:aa:01", " mac=02:00:00:00:aa:01"},
        {SETTING_HOST, "MACAddress=02-00-00-00-AA-01", " mac=02:00:00:00:aa:01"},
        {SETTING_HOST, "MACAddress=0200000000aa0102", " mac=02:00:00:00:00:aa:01:02"},
        {SETTING_HOST, "MACAddress=02:00:00:00:aa:01\nMACAddress=", ""},
        {SETTING_HOST, "MACAddress=03:00:00:00:aa:01", " mac=03:00:00:00:aa:01"}, /* is served */
        {SETTING_HOST, "MACAddress=ff:00:00:00:aa:01", " mac=ff:00:00:00:aa:01"},
        {SETTING_HOST, "ClientId=01:02:00:00:00:aa:01", " id=01:02:00:00:00:aa:01"},
        {SETTING_HOST, "ClientId=hex:ff00", " id=ff:00"},
        {SETTING_HOST, "ClientId=string:\\x00box", " id=00:62:6f:78"},
        {SETTING_HOST, "ClientId=ff:00\nClientId=", ""},
        {SETTING_HOST, "CircuitId=string:eth0/1", " circuit=65:74:68:30:2f:31"},
        {SETTING_HOST, "CircuitId=07", " circuit=07"},
        {SETTING_HOST, "CircuitId=07\nCircuitId=", ""},
        {SETTING_HOST, "Address=10.0.0.9", " 10.0.0.9"},
        {SETTING_HOST, "Address=10.0.0.9\nAddress=", ""},
        {SETTING_HOST, "Hostname=printer", " hostname=printer"},
        {SETTING_HOST, "Hostname=a\nHostname=", ""},
        {SETTING_HOST, "Alias=www", " alias=www"},
        {SETTING_HOST, "Alias=www files.example.org\nAlias=ftp",
                " alias=www alias=files.example.org alias=ftp"},
        {SETTING_HOST, "Alias=www\nAlias=\nAlias=ftp", " alias=ftp"},
        {SETTING_HOST, "Pool=lan-2.a_b", " pool=lan-2.a_b"},
        {SETTING_HOST, "Pool=lan\nPool=", ""},
        {SETTING_HOST, "Deny=yes", " deny"},

        {SETTING_POOL, "DefaultLeaseTimeSec=90", " default=1min 30s"},
        {SETTING_POOL, "DefaultLeaseTimeSec=1h 30min", " default=1h 30min"},
        {SETTING_POOL, "DefaultLeaseTimeSec=infinity", " default=infinite"},
        {SETTING_POOL, "DefaultLeaseTimeSec=4294967295", " default=infinite"},
        {SETTING_POOL, "DefaultLeaseTimeSec=4294967294", " default=49710d 6h"},
        {SETTING_POOL, "DefaultLeaseTimeSec=1h\nDefaultLeaseTimeSec=", ""},
        {SETTING_POOL, "MinLeaseTimeSec=1", " min=1s"},
        {SETTING_HOST, "MaxLeaseTimeSec=2d", " max=2d"},
        {SETTING_POOL, "Router=10.0.0.1", " 3=0a:00:00:01"},
        {SETTING_POOL, "Router=", " no-router"},
        {SETTING_POOL, "Router=10.0.0.1\nRouter=\nRouter=10.0.0.2", " 3=0a:00:00:02"},
        {SETTING_HOST, "Router=10.0.0.1\nRouter=", " no-router"},
        {SETTING_POOL, "DNS=10.0.0.1 9.9.9.9\nDNS=1.1.1.1",
                " 6=0a:00:00:01:09:09:09:09:01:01:01:01"},
        {SETTING_POOL, "DNS=10.0.0.1\nDNS=", ""},
        {SETTING_POOL, "NTP=10.0.0.1", " 42=0a:00:00:01"},
        {SETTING_POOL, "Domain=home.arpa", " 15=68:6f:6d:65:2e:61:72:70:61"},
        {SETTING_POOL, "Domain=a.\nDomain=b.", " 15=62"},
        {SETTING_POOL, "SearchDomains=a.b\nSearchDomains=c.b", " 119=01:61:01:62:00:01:63:c0:02"},
        {SETTING_POOL, "SearchDomains=a.b c.b\nSearchDomains=", ""},
        {SETTING_POOL, "BroadcastAddress=10.255.255.255", " 28=0a:ff:ff:ff"},
        {SETTING_POOL, "BroadcastAddress=255.255.255.255", " 28=ff:ff:ff:ff"},
        {SETTING_POOL, "MTUBytes=68", " 26=00:44"},
        {SETTING_POOL, "MTUBytes=9000", " 26=23:28"},
        {SETTING_POOL, "MTUBytes=0xffff", " 26=ff:ff"},
        {SETTING_POOL, "Route=10.0.0.0/8 10.0.0.1", " 121=08:0a:0a:00:00:01"},
        {SETTING_POOL, "Route=0.0.0.0/0 10.0.0.1\nRoute=192.168.7.0/25 0.0.0.0",
                " 121=00:0a:00:00:01:19:c0:a8:07:00:00:00:00:00"},
        {SETTING_POOL, "Route=10.0.0.0/8 10.0.0.1\nRoute=", ""},
        {SETTING_POOL, "Timezone=Asia/Ho_Chi_Minh",
                " 101=41:73:69:61:2f:48:6f:5f:43:68:69:5f:4d:69:6e:68"},
        {SETTING_POOL, "Timezone=UTC", " 101=55:54:43"},
        {SETTING_POOL, "Timezone=Etc/GMT+5", " 101=45:74:63:2f:47:4d:54:2b:35"},
        {SETTING_POOL, "Timezone=CET-1CEST,M3.5.0,M10.5.0/3",
                " 100=43:45:54:2d:31:43:45:53:54:2c:4d:33:2e:35:2e:30:2c:4d:31:30:2e:35:2e:30:2f:"
                "33"},
        {SETTING_POOL, "Timezone=UTC\nTimezone=<-03>3", " 100=3c:2d:30:33:3e:33 101=55:54:43"},
        {SETTING_POOL, "Timezone=UTC\nTimezone=<-03>3\nTimezone=", ""},
        {SETTING_POOL, "CaptivePortal=https://a", " 114=68:74:74:70:73:3a:2f:2f:61"},
        {SETTING_POOL, "CaptivePortal=urn:x", " 114=75:72:6e:3a:78"},
        {SETTING_POOL, "IPv6OnlyPreferredSec=300", " 108=00:00:01:2c"},
        {SETTING_POOL, "IPv6OnlyPreferredSec=1d", " 108=00:01:51:80"},
        {SETTING_POOL, "IPv6OnlyPreferredSec=infinity", " 108=ff:ff:ff:ff"},
        {SETTING_POOL, "BootServerAddress=10.0.0.1", " next-server=10.0.0.1"},
        {SETTING_POOL, "BootServerAddress=10.0.0.1\nBootServerAddress=", ""},
        {SETTING_POOL, "BootServerName=tftp", " 66=74:66:74:70 server-name=tftp"},
        {SETTING_POOL, "BootServerName=tftp\nBootServerName=", ""},
        {SETTING_POOL, "BootFilename=pxelinux.0", " boot(pxelinux.0)"},
        {SETTING_POOL, "BootFilename=a\nBootFilename=b", " boot(b)"},
        {SETTING_POOL,
                "BootFilename=a\nBootFilename=Architecture=uefi-x64 b\n"
                "BootFilename=UserClass=iPXE http://x/c?d=e",
                " boot(7,9,b) boot(user:iPXE,http://x/c?d=e) boot(a)"},
        {SETTING_POOL, "BootFilename=Architecture=6 UserClass=\"i PXE\"  VendorClass=PXE a b",
                " boot(6,vendor:PXE,user:i PXE,a b)"},
        {SETTING_POOL, "BootFilename=Architecture=bios a\nBootFilename=Architecture=0 b",
                " boot(0,b)"},
        {SETTING_POOL,
                "BootFilename=Architecture=uefi-x64 a\nBootFilename=Architecture=7 b\n"
                "BootFilename=Architecture=9 c",
                " boot(7,9,a) boot(7,b) boot(9,c)"}, /* a number is itself alone */
        {SETTING_POOL, "BootFilename=Architecture=uefi-x64-http a", " boot(16,a)"},
        {SETTING_POOL, "BootFilename=name=value", " boot(name=value)"},
        {SETTING_POOL, "BootFilename=a\nBootFilename=", ""},
        {SETTING_POOL, "SendOption=150:ipv4address:10.0.0.1 10.0.0.2",
                " 150=0a:00:00:01:0a:00:00:02"},
        {SETTING_POOL, "SendOption=200:uint8:1 0x02 255", " 200=01:02:ff"},
        {SETTING_POOL, "SendOption=200:uint16:258", " 200=01:02"},
        {SETTING_POOL, "SendOption=200:uint32:4294967295", " 200=ff:ff:ff:ff"},
        {SETTING_POOL, "SendOption=200:string:a:b \\t\\\"\\101\\xff",
                " 200=61:3a:62:20:09:22:41:ff"},
        {SETTING_POOL, "SendOption=43:hex:01:02", " 43=01:02"},
        {SETTING_POOL, "SendOption=43:hex:0102\nSendOption=43:hex:03", " 43=03"},
        {SETTING_POOL, "DNS=10.0.0.1\nSendOption=43:hex:01\nSendOption=", " 6=0a:00:00:01"},
        /* whichever comes last */
        {SETTING_POOL, "DNS=10.0.0.1\nSendOption=6:hex:01", " 6=01"},
        {SETTING_POOL, "SendOption=6:hex:01\nDNS=10.0.0.1\nDNS=10.0.0.2",
                " 6=0a:00:00:01:0a:00:00:02"},
        {SETTING_POOL, "SendOption=6:hex:01\nDNS=10.0.0.1\nSendOption=", " 6=0a:00:00:01"},
        {SETTING_POOL, "SendOption=119:hex:00\nSearchDomains=a", " 119=01:61:00"},
        {SETTING_HOST, "DNS=10.0.0.1", " 6=0a:00:00:01"},
};

/* One assignment each, and why it is refused. */
static const struct {
        SettingScope scope;
        const char *key;
        const char *value;
        const char *problem;
} invalid[] = {
        {SETTING_POOL, "Subnet", "192.168.1.0/255.255.255.0",
                "not a subnet, which looks like 192.168.1.0/24; its length is 8 to 32; write "
                "192.168.1.0/24"},
        {SETTING_POOL, "Subnet", "172.16.3.7 255.255.240.0",
                "not a subnet, which looks like 192.168.1.0/24; its length is 8 to 32; write "
                "172.16.0.0/20"},
        {SETTING_POOL, "Subnet", "192.168.1.0/255.0.255.0",
                "not a subnet, which looks like 192.168.1.0/24; its length is 8 to 32"},
        {SETTING_POOL, "Relay", "10.1.0.0/255.255.0.0",
                "'10.1.0.0/255.255.0.0' is neither an IPv4 address such as 10.1.2.1 nor a prefix "
                "such as 10.1.0.0/16, whose length is 8 to 32; write 10.1.0.0/16"},
        {SETTING_POOL, "Route", "10.0.0.0/255.0.0.0 192.168.1.2",
                "not PREFIX GATEWAY such as 10.0.0.0/8 192.168.1.2; repeat the key for more than "
                "one; write 10.0.0.0/8"},
        {SETTING_POOL, "DNS", "10.0.0.1,10.0.0.2",
                "'10.0.0.1,10.0.0.2' is no IPv4 address, which looks like 192.168.1.1; separate "
                "by blanks, not by commas"},
        {SETTING_POOL, "Router", "10.0.0.1, 10.0.0.2",
                "'10.0.0.1,' is no IPv4 address, which looks like 192.168.1.1; separate by "
                "blanks, not by commas"},
        {SETTING_POOL, "SearchDomains", "a.example,b.example",
                "'a.example,b.example' is no domain name, which looks like home.arpa; separate by "
                "blanks, not by commas"},
        {SETTING_POOL, "Interface", "eth0,eth1",
                "'eth0,eth1' is no interface name of at most 15 bytes and no glob such as eth*; "
                "separate by blanks, not by commas"},
        {SETTING_SERVER, "Lenient", "maybe", BOOLEAN_WANTED},
        {SETTING_SERVER, "Lenient", "", BOOLEAN_WANTED},
        {SETTING_SERVER, "LeaseFile", "leases.csv",
                "not the absolute path of a file, without '.' and '..' in it"},
        {SETTING_SERVER, "LeaseFile", "/var/lib/",
                "not the absolute path of a file, without '.' and '..' in it"},
        {SETTING_SERVER, "LeaseFile", "/var/../leases",
                "not the absolute path of a file, without '.' and '..' in it"},
        {SETTING_SERVER, "RateLimit", "-1", "'-1' is no number from 0 to 1000000"},
        {SETTING_SERVER, "RateLimit", "1000001", "'1000001' is no number from 0 to 1000000"},

        {SETTING_POOL, "Interface", "br0 much-too-long-a-name",
                "'much-too-long-a-name' is no interface name of at most 15 bytes and no glob such "
                "as eth*"},
        {SETTING_POOL, "Relay", "10.0.0.1 10.0.0",
                "'10.0.0' is neither an IPv4 address such as 10.1.2.1 nor a prefix such as "
                "10.1.0.0/16, whose length is 8 to 32"},
        {SETTING_POOL, "Relay", "10.0.0.0/7",
                "'10.0.0.0/7' is neither an IPv4 address such as 10.1.2.1 nor a prefix such as "
                "10.1.0.0/16, whose length is 8 to 32"},
        {SETTING_POOL, "Relay", "10.1.0.0/8",
                "the address of '10.1.0.0/8' has bits set after its first 8; the prefix is "
                "10.0.0.0/8"},
        {SETTING_POOL, "Relay", "127.0.0.1",
                "'127.0.0.1' cannot be a relay's address; 1.0.0.0 to 223.255.255.255 without "
                "127.0.0.0/8 can"},
        {SETTING_POOL, "TrustOption82", "relays", BOOLEAN_WANTED},
        {SETTING_POOL, "Interface", "a/b",
                "'a/b' is no interface name of at most 15 bytes and no glob such as eth*"},
        {SETTING_POOL, "Subnet", "192.168.1.0", SUBNET_WANTED},
        {SETTING_POOL, "Subnet", "192.168.1.0/33", SUBNET_WANTED},
        {SETTING_POOL, "Subnet", "0.0.0.0/0", SUBNET_WANTED},
        {SETTING_POOL, "Subnet", "192.168.1.5/24",
                "the address has bits set behind its first 24; the subnet is 192.168.1.0/24"},
        {SETTING_POOL, "Subnet", "224.0.0.0/24",
                "no host can have an address of it; 1.0.0.0 to 223.255.255.255 without "
                "127.0.0.0/8 can be served"},
        {SETTING_POOL, "Subnet", "192.168.1.0/24 # lan",
                SUBNET_WANTED "; comments stand on lines of their own"},
        {SETTING_POOL, "Range", "10.0.0.9-10.0.0.1", "the last address lies before the first"},
        {SETTING_POOL, "Range", "10.0.0.1-10.0.0.9 10.0.0.20", RANGE_WANTED},
        {SETTING_POOL, "Exclude", "10.0.0", RANGE_WANTED},
        {SETTING_POOL, "Exclude", "10.0.0.2-10.0.0.1", "the last address lies before the first"},
        {SETTING_POOL, "Enabled", "2", BOOLEAN_WANTED},
        {SETTING_POOL, "Authoritative", "ja", BOOLEAN_WANTED},
        {SETTING_POOL, "ConflictDetection", "yes", "not one of ahead, strict and off"},
        {SETTING_POOL, "ConflictDetection", "", "not one of ahead, strict and off"},
        {SETTING_POOL, "OtherRange", "10.0.0.9-10.0.0.5", "the last address lies before the first"},
        {SETTING_POOL, "OtherRange", "10.0.0.0/24", RANGE_WANTED},
        {SETTING_POOL, "ServerAddress", "br0", "'br0' " ADDRESS_WANTED},
        {SETTING_POOL, "ServerAddress", "0.0.0.0", "'0.0.0.0' " NO_HOST},
        {SETTING_POOL, "ClientIdentifier", "no", "neither use nor ignore"},
        {SETTING_POOL, "UnknownClients", "no", "neither allow nor deny"},
        {SETTING_POOL, "RapidCommit", "x", BOOLEAN_WANTED},
        {SETTING_POOL, "Bootp", "x", BOOLEAN_WANTED},

        {SETTING_HOST, "MACAddress", "02:00:00:00:aa",
                "not six bytes such as 02:00:00:00:aa:01, and not eight either"},
        {SETTING_HOST, "MACAddress", "02:00:00:00:aa:0g",
                "not six bytes such as 02:00:00:00:aa:01, and not eight either"},
        {SETTING_HOST, "MACAddress", "ff:ff:ff:ff:ff:ff",
                "no single host has this address; it is neither zero nor all ones"},
        {SETTING_HOST, "MACAddress", "00:00:00:00:00:00",
                "no single host has this address; it is neither zero nor all ones"},
        {SETTING_HOST, "ClientId", "01", "must have 2 to 255 bytes"},
        {SETTING_HOST, "ClientId", "laptop", BYTES_WANTED},
        {SETTING_HOST, "ClientId", "string:\\q1", BYTES_WANTED},
        {SETTING_HOST, "CircuitId", "string:", "must have 1 to 255 bytes"},
        {SETTING_HOST, "CircuitId", "eth0", BYTES_WANTED},
        {SETTING_HOST, "Address", "10.0.0.256", "'10.0.0.256' " ADDRESS_WANTED},
        {SETTING_HOST, "Address", "224.0.0.1", "'224.0.0.1' " NO_HOST},
        {SETTING_HOST, "Address", "0.0.0.0", "'0.0.0.0' " NO_HOST},
        {SETTING_HOST, "Hostname", "my printer",
                "not a host name: labels of 1 to 63 letters, digits and hyphens, joined by dots, "
                "253 bytes in all"},
        {SETTING_HOST, "Alias", "www my/files",
                "'my/files' is not a host name: labels of 1 to 63 letters, digits and hyphens, "
                "joined by dots"},
        {SETTING_HOST, "Alias", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17", "more than 16 names"},
        {SETTING_HOST, "Pool", "my lan",
                "not the name of a pool: letters, digits, '-', '_' and '.', a letter or digit "
                "first, 63 bytes in all"},
        {SETTING_HOST, "Deny", "x", BOOLEAN_WANTED},

        {SETTING_POOL, "DefaultLeaseTimeSec", "soon", SPAN_WANTED},
        {SETTING_POOL, "DefaultLeaseTimeSec", "0", "shorter than 1 seconds, the least allowed"},
        {SETTING_POOL, "DefaultLeaseTimeSec", "1.5s", "DHCP knows whole seconds alone"},
        {SETTING_POOL, "DefaultLeaseTimeSec", "4294967296",
                "longer than 4294967294 seconds (136 years); write infinity for ever"},
        {SETTING_POOL, "MinLeaseTimeSec", "1 fortnight", SPAN_WANTED},
        {SETTING_POOL, "MaxLeaseTimeSec", "-1", SPAN_WANTED},
        {SETTING_POOL, "Router", "10.0.0.1 gateway", "'gateway' " ADDRESS_WANTED},
        {SETTING_POOL, "DNS", "127.0.0.1", "'127.0.0.1' " NO_HOST},
        {SETTING_POOL, "DNS", "10.0.0.1,10.0.0.2",
                "'10.0.0.1,10.0.0.2' " ADDRESS_WANTED "; separate by blanks, not by commas"},
        {SETTING_POOL, "NTP", "pool.ntp.org", "'pool.ntp.org' " ADDRESS_WANTED},
        {SETTING_POOL, "Domain", "home..arpa", DOMAIN_WANTED},
        {SETTING_POOL, "SearchDomains", "a b..c",
                "'b..c' is no domain name, which looks like home.arpa"},
        {SETTING_POOL, "BroadcastAddress", "10.0.0.255/24", "'10.0.0.255/24' " ADDRESS_WANTED},
        {SETTING_POOL, "MTUBytes", "67", "'67' is no number from 68 to 65535"},
        {SETTING_POOL, "MTUBytes", "65536", "'65536' is no number from 68 to 65535"},
        {SETTING_POOL, "MTUBytes", "0x10000", "'0x10000' is no number from 68 to 65535"},
        {SETTING_POOL, "Route", "10.0.0.0/8", ROUTE_WANTED},
        {SETTING_POOL, "Route", "10.0.0.0/8 via 10.0.0.1", ROUTE_WANTED},
        {SETTING_POOL, "Route", "10.0.0.1/8 10.0.0.1",
                "the address has bits set behind its first 8; the network is 10.0.0.0/8"},
        {SETTING_POOL, "Route", "10.0.0.0/8 gateway", "'gateway' " ADDRESS_WANTED},
        {SETTING_POOL, "Timezone", "Europe/",
                "neither a name such as Europe/Berlin nor a POSIX TZ string such as "
                "CET-1CEST,M3.5.0,M10.5.0/3"},
        {SETTING_POOL, "CaptivePortal", "portal.example",
                "not a URI such as https://portal.example/api, of at most 255 bytes"},
        {SETTING_POOL, "CaptivePortal", "https://a b",
                "not a URI such as https://portal.example/api, of at most 255 bytes"},
        {SETTING_POOL, "IPv6OnlyPreferredSec", "299",
                "shorter than 300 seconds, the least allowed"},
        {SETTING_POOL, "BootServerAddress", "tftp", "'tftp' " ADDRESS_WANTED},
        {SETTING_POOL, "BootServerName", "tftp server",
                "not a host name or address, which looks like boot.home.arpa or 192.168.1.2"},
        {SETTING_POOL, "BootFilename", "Architecture=mips a",
                "'mips' is neither a number of RFC 4578 nor one of bios, uefi-x86, uefi-x64, "
                "uefi-ebc, uefi-arm32, uefi-arm64, uefi-riscv64, uefi-loongarch64, and most of "
                "these with -http"},
        {SETTING_POOL, "BootFilename", "Arch=7 a",
                "unknown condition 'Arch='; did you mean Architecture=?"},
        {SETTING_POOL, "BootFilename", "Colour=7 a",
                "unknown condition 'Colour='; there are Architecture=, VendorClass= and "
                "UserClass="},
        {SETTING_POOL, "BootFilename", "UserClass=\"iPXE a",
                "a quoted value ends with '\"' and a blank"},
        {SETTING_POOL, "BootFilename", "UserClass=\"iPXE\"",
                "a file name of 1 to 255 bytes must follow the conditions"},
        {SETTING_POOL, "BootFilename", "UserClass= a", "a class is a text of 1 to 255 bytes"},
        {SETTING_POOL, "SendOption", "150",
                "not CODE:TYPE:VALUE such as 150:ipv4address:192.168.1.2"},
        {SETTING_POOL, "SendOption", "256:uint8:1", "the option's code is not 1 to 254"},
        {SETTING_POOL, "SendOption", "dns:uint8:1", "the option's code is not 1 to 254"},
        {SETTING_POOL, "SendOption", "1:uint8:1",
                "option 1 cannot be sent so: it follows from Subnet="},
        {SETTING_POOL, "SendOption", "51:uint32:1",
                "option 51 cannot be sent so: the server writes it; DefaultLeaseTimeSec= sets the "
                "times"},
        {SETTING_POOL, "SendOption", "61:hex:01",
                "option 61 cannot be sent so: the server echoes the client's"},
        {SETTING_POOL, "SendOption", "67:string:a",
                "option 67 cannot be sent so: BootFilename= sets it"},
        {SETTING_POOL, "SendOption", "82:hex:01",
                "option 82 cannot be sent so: the server echoes the relay's"},
        {SETTING_POOL, "SendOption", "255:hex:01",
                "option 255 cannot be sent so: it is the end of all options"},
        {SETTING_POOL, "SendOption", "200:ipv6address:::1",
                "the type is not one of uint8, uint16, uint32, ipv4address, string and hex"},
        {SETTING_POOL, "SendOption", "200:uint8:256", "'256' is no number from 0 to 255"},
        {SETTING_POOL, "SendOption", "200:uint16:-1", "'-1' is no number from 0 to 65535"},
        {SETTING_POOL, "SendOption", "200:uint32:4294967296",
                "'4294967296' is no number from 0 to 4294967295"},
        {SETTING_POOL, "SendOption", "200:ipv4address:x", "'x' " ADDRESS_WANTED},
        {SETTING_POOL, "SendOption", "200:hex:0g",
                "the value is not hexadecimal such as 01:0a:ff or 010aff"},
        {SETTING_POOL, "SendOption", "200:string:\\z",
                "no such escape; there are \\\\ \\\" \\' \\a \\b \\f \\n \\r \\s \\t \\v, \\xHH "
                "and "
                "\\OOO"},
        {SETTING_POOL, "SendOption", "200:string:", "there is no value after CODE:TYPE:"},
        {SETTING_POOL, "SendOption", "200:uint8:", "there is no value after CODE:TYPE:"},
};

/* Puts "KEY=VALUE" in, as files and bus do. */
static void set(SettingScope scope, void *target, char *line) {
        _cleanup_(problems_done) Problems problems = {0};
        const Place place = {"f", 1};
        char *value = strchr(line, '=');

        ck_assert_ptr_nonnull(value);
        *value++ = '\0';
        if (scope == SETTING_POOL)
                ck_assert_msg(pool_settings_set(target, line, value, &place, &problems) == 0,
                        "%s=%s", line, value);
        else
                ck_assert_msg(host_settings_set(target, line, value, &place, &problems) == 0,
                        "%s=%s", line, value);
        ck_assert_uint_eq(problems.n_errors, 0);
}

/* Puts into @to what the formatters of all keys say of @from. */
static void copy_as_text(SettingScope scope, const void *from, void *to) {
        _cleanup_(problems_done) Problems problems = {0};
        const Place place = {"f", 1};
        const SettingKey *key;

        for (size_t i = 0; (key = setting_key_at(scope, i)); i++) {
                _cleanup_(strv_freep) char **values = NULL;

                ck_assert_int_eq(setting_key_format(key, scope, from, &values), 0);
                ck_assert_msg(key->is_list || strv_length(values) <= 1, "%s=", key->name);
                for (char **value = values; value && *value; value++)
                        ck_assert_msg(
                                setting_key_assign(key, scope, to, *value, &place, &problems) == 0,
                                "%s=%s", key->name, *value);
        }
        ck_assert_int_eq(settings_say_same(scope, from, to), 1);
}

static char *dump(SettingScope scope, const void *target) {
        Buffer out = BUFFER_INIT;
        char *text;

        if (scope == SETTING_SERVER)
                return dump_settings(target);
        if (scope == SETTING_POOL)
                dump_pool(&out, target);
        else
                dump_host(&out, target);
        ck_assert_int_eq(buffer_take_string(&out, &text), 0);
        return text;
}

/* What is read back is what was set: parse(format(x)) = x. */
static void assert_comes_back(SettingScope scope, const void *target) {
        _cleanup_(settings_freep) Settings *settings = NULL;
        _cleanup_(pool_settings_freep) PoolSettings *pool = NULL;
        _cleanup_(host_settings_freep) HostSettings *host = NULL;
        _cleanup_free_ char *before = dump(scope, target), *after = NULL;
        void *copies[SETTING_SCOPE_MAX];

        ck_assert_int_eq(settings_new(&settings), 0);
        ck_assert_int_eq(pool_settings_new(&pool, "p"), 0);
        ck_assert_int_eq(host_settings_new(&host, "h"), 0);
        pool->reply.default_lease = 0;
        copies[SETTING_SERVER] = settings;
        copies[SETTING_POOL] = pool;
        copies[SETTING_HOST] = host;
        copy_as_text(scope, target, copies[scope]);
        after = dump(scope, copies[scope]);
        ck_assert_str_eq(after, before);
}

START_TEST(valid_values)
{
        _cleanup_(pool_settings_freep) PoolSettings *pool = NULL;
        _cleanup_(host_settings_freep) HostSettings *host = NULL;
        _cleanup_free_ char *lines = strdup(valid[_i].text), *expected = NULL, *got = NULL;
        bool is_pool = valid[_i].scope == SETTING_POOL;
        void *target;

        ck_assert_int_eq(pool_settings_new(&pool, "p"), 0);
        ck_assert_int_eq(host_settings_new(&host, "h"), 0);
        pool->reply.default_lease = 0;
        target = is_pool ? (void *) pool : (void *) host;

        for (char *state, *line = strtok_r(lines, "\n", &state); line;
                line = strtok_r(NULL, "\n", &state))
                set(valid[_i].scope, target, line);

        got = dump(valid[_i].scope, target);
        ck_assert_int_ge(
                asprintf(&expected, "%s%s\n", is_pool ? "pool p" : "host h", valid[_i].settings),
                0);
        ck_assert_str_eq(got, expected);
        assert_comes_back(valid[_i].scope, target);
}
END_TEST

START_TEST(server_comes_back)
{
        _cleanup_(settings_freep) Settings *settings = NULL;

        ck_assert_int_eq(settings_new(&settings), 0);
        assert_comes_back(SETTING_SERVER, settings);
        settings->lenient = false;
        settings->rate_limit = 0;
        settings->lease_file = strdup("/srv/leases.csv");
        assert_comes_back(SETTING_SERVER, settings);
}
END_TEST

/* Assignments, and all that a host then says, which is not always how it was written. */
static const struct {
        const char *text;
        const char *said;
} formatted[] = {
        {"", "Deny=no"},
        {"MACAddress=02-00-00-00-AA-01\nDeny=1", "MACAddress=02:00:00:00:aa:01 Deny=yes"},
        {"ClientId=string:ab\nCircuitId=07", "ClientId=61:62 CircuitId=07 Deny=no"},
        {"DefaultLeaseTimeSec=3600\nMinLeaseTimeSec=1d 1h 1s\nMaxLeaseTimeSec=4294967295",
                "Deny=no DefaultLeaseTimeSec=1h MinLeaseTimeSec=90001 MaxLeaseTimeSec=infinity"},
        {"IPv6OnlyPreferredSec=infinity", "Deny=no IPv6OnlyPreferredSec=infinity"},
        {"Router=", "Deny=no Router="},
        {"DNS=10.0.0.1 10.0.0.2\nDNS=10.0.0.3", "Deny=no DNS=10.0.0.1 DNS=10.0.0.2 DNS=10.0.0.3"},
        {"SearchDomains=a.b c.b", "Deny=no SearchDomains=a.b SearchDomains=c.b"},
        {"MTUBytes=0x44", "Deny=no MTUBytes=68"},
        {"Route=10.0.0.0/8  10.0.0.1", "Deny=no Route=10.0.0.0/8 10.0.0.1"},
        /* a second zone is of the other option, and shows as that */
        {"Timezone=UTC\nTimezone=ABC-11",
                "Deny=no Timezone=UTC SendOption=100:hex:41:42:43:2d:31:31"},
        {"Timezone=CET-1", "Deny=no Timezone=CET-1"},
        {"BootServerName=a\nSendOption=66:string:a", "Deny=no BootServerName=a"},
        {"BootServerName=a\nSendOption=66:string:b",
                "Deny=no BootServerName=a SendOption=66:hex:62"},
        {"SendOption=66:string:b", "Deny=no SendOption=66:hex:62"},
        {"BootFilename=UserClass=\"i PXE\" a\nBootFilename=Architecture=00 b",
                "Deny=no BootFilename=UserClass=\"i PXE\" a BootFilename=Architecture=0 b"},
        /* SendOption= of an option that has a key, which would say the same, or not */
        {"SendOption=6:ipv4address:10.0.0.1", "Deny=no DNS=10.0.0.1"},
        {"SendOption=6:ipv4address:0.0.0.0", "Deny=no SendOption=6:hex:00:00:00:00"},
        {"SendOption=6:hex:01", "Deny=no SendOption=6:hex:01"},
        {"SendOption=15:string:home.arpa", "Deny=no Domain=home.arpa"},
        {"SendOption=15:string:a b", "Deny=no SendOption=15:hex:61:20:62"},
        {"SendOption=15:hex:61:00", "Deny=no SendOption=15:hex:61:00"},
        {"SendOption=26:uint16:67", "Deny=no SendOption=26:hex:00:43"},
        {"SendOption=108:uint32:299", "Deny=no SendOption=108:hex:00:00:01:2b"},
        {"SendOption=121:hex:00:0a:00:00:01", "Deny=no Route=0.0.0.0/0 10.0.0.1"},
        {"SendOption=121:hex:21", "Deny=no SendOption=121:hex:21"},
        {"SendOption=119:hex:c0:00", "Deny=no SendOption=119:hex:c0:00"},
        {"Router=\nSendOption=3:ipv4address:10.0.0.1",
                "Deny=no Router= SendOption=3:hex:0a:00:00:01"},
        {"SendOption=101:string:?\nTimezone=CET-1", "Deny=no Timezone=CET-1 SendOption=101:hex:3f"},
};

START_TEST(formatted_values)
{
        _cleanup_(host_settings_freep) HostSettings *host = NULL;
        _cleanup_free_ char *lines = strdup(formatted[_i].text), *said = NULL;
        Buffer out = BUFFER_INIT;
        const SettingKey *key;

        ck_assert_int_eq(host_settings_new(&host, "h"), 0);
        for (char *state, *line = strtok_r(lines, "\n", &state); line;
                line = strtok_r(NULL, "\n", &state))
                set(SETTING_HOST, host, line);
        for (size_t i = 0; (key = setting_key_at(SETTING_HOST, i)); i++) {
                _cleanup_(strv_freep) char **values = NULL;

                ck_assert_int_eq(setting_key_format(key, SETTING_HOST, host, &values), 0);
                for (char **value = values; value && *value; value++)
                        buffer_printf(&out, "%s%s=%s", out.size > 0 ? " " : "", key->name, *value);
        }
        ck_assert_int_eq(buffer_take_string(&out, &said), 0);
        ck_assert_str_eq(said, formatted[_i].said);
        assert_comes_back(SETTING_HOST, host);
}
END_TEST

START_TEST(invalid_values)
{
        static const char *const before[] = {
                [SETTING_POOL] = "pool p default=1h\n", [SETTING_HOST] = "host h\n"};
        _cleanup_(settings_freep) Settings *settings = NULL;
        _cleanup_(pool_settings_freep) PoolSettings *pool = NULL;
        _cleanup_(host_settings_freep) HostSettings *host = NULL;
        _cleanup_(problems_done) Problems problems = {0};
        _cleanup_free_ char *expected = NULL, *got = NULL, *after = NULL;
        const SettingKey *key = setting_key_find(invalid[_i].scope, invalid[_i].key);
        const Place place = {"f", 7};
        void *targets[SETTING_SCOPE_MAX];

        ck_assert_int_eq(settings_new(&settings), 0);
        ck_assert_int_eq(pool_settings_new(&pool, "p"), 0);
        ck_assert_int_eq(host_settings_new(&host, "h"), 0);
        targets[SETTING_SERVER] = settings;
        targets[SETTING_POOL] = pool;
        targets[SETTING_HOST] = host;

        ck_assert_ptr_nonnull(key);
        ck_assert_int_eq(setting_key_assign(key, invalid[_i].scope, targets[invalid[_i].scope],
                                 invalid[_i].value, &place, &problems),
                -EINVAL);
        got = dump_problems(&problems);
        ck_assert_int_ge(asprintf(&expected, "f:7: %s=%s: %s\n", invalid[_i].key, invalid[_i].value,
                                 invalid[_i].problem),
                0);
        ck_assert_str_eq(got, expected);

        /* Nothing has changed. */
        if (invalid[_i].scope == SETTING_SERVER)
                return;
        after = dump(invalid[_i].scope, targets[invalid[_i].scope]);
        ck_assert_str_eq(after, before[invalid[_i].scope]);
}
END_TEST

static bool has_valid(const char *name) {
        size_t n = strlen(name);

        for (size_t i = 0; i < ELEMENTSOF(valid); i++)
                if (strncmp(valid[i].text, name, n) == 0 && valid[i].text[n] == '=')
                        return true;
        return false;
}

static bool has_invalid(const char *name) {
        for (size_t i = 0; i < ELEMENTSOF(invalid); i++)
                if (strcmp(invalid[i].key, name) == 0)
                        return true;
        return false;
}

/* The tables above leave no key out; those of [Server] are taken in test-config.c. */
START_TEST(tables_are_complete)
{
        const SettingKey *key;

        for (SettingScope scope = 0; scope < SETTING_SCOPE_MAX; scope++)
                for (size_t i = 0; (key = setting_key_at(scope, i)); i++) {
                        ck_assert_msg(has_invalid(key->name), "no invalid %s=", key->name);
                        ck_assert_msg(scope == SETTING_SERVER || has_valid(key->name),
                                "no valid %s=", key->name);
                        ck_assert_ptr_eq(setting_key_find(scope, key->name), key);
                        ck_assert_str_ne(key->type, "");
                        ck_assert_str_ne(key->description, "");
                        if (key->signature)
                                ck_assert_ptr_eq(
                                        setting_key_find_property(scope, setting_key_property(key)),
                                        key);
                }
}
END_TEST

START_TEST(unknown_keys)
{
        static const struct {
                SettingScope scope;
                const char *key;
                const char *problem;
        } cases[] = {
                {SETTING_POOL, "Rage", "unknown key 'Rage' in [Pool]; did you mean Range=?"},
                {SETTING_POOL, "range", "unknown key 'range' in [Pool]; did you mean Range=?"},
                {SETTING_POOL, "Routers", "unknown key 'Routers' in [Pool]; did you mean Router=?"},
                {SETTING_POOL, "DefaultLeaseTime",
                        "unknown key 'DefaultLeaseTime' in [Pool]; did you mean "
                        "DefaultLeaseTimeSec=?"},
                {SETTING_POOL, "MTU", "unknown key 'MTU' in [Pool]; did you mean MTUBytes=?"},
                {SETTING_POOL, "MACAddress",
                        "MACAddress= does not belong into [Pool] but into [Host]"},
                {SETTING_SERVER, "DNS",
                        "DNS= does not belong into [Server] but into [Pool] and "
                        "[Host]"},
                {SETTING_HOST, "Lenient", "Lenient= does not belong into [Host] but into [Server]"},
                {SETTING_HOST, "Colour",
                        "unknown key 'Colour' in [Host]; mini-dhcp.conf(5) lists all keys"},
        };
        _cleanup_(problems_done) Problems problems = {0};
        const Place place = {"f", 7};

        ck_assert_int_eq(
                setting_key_refuse_unknown(cases[_i].scope, cases[_i].key, NULL, &place, &problems),
                -ENOENT);
        ck_assert_uint_eq(problems.n_items, 1);
        ck_assert_str_eq(problems.items[0].text, cases[_i].problem);
}
END_TEST

/* What other servers call a key. */
START_TEST(foreign_keys)
{
        static const struct {
                SettingScope scope;
                const char *key;
                const char *problem;
                const char *value;
        } cases[] = {
                {SETTING_POOL, "Gateway", "unknown key 'Gateway' in [Pool]; did you mean Router=?",
                        "192.168.1.1"},
                {SETTING_HOST, "gateway", "unknown key 'gateway' in [Host]; did you mean Router=?",
                        "192.168.1.1"},
                {SETTING_POOL, "LeaseTime",
                        "unknown key 'LeaseTime' in [Pool]; did you mean DefaultLeaseTimeSec=?",
                        "1h"},
                {SETTING_POOL, "Netmask",
                        "unknown key 'Netmask' in [Pool]; the netmask is part of a pool's Subnet=: "
                        "255.255.255.0 is the length /24, as in Subnet=192.168.1.0/24",
                        "255.255.255.0"},
                {SETTING_POOL, "SubnetMask",
                        "unknown key 'SubnetMask' in [Pool]; the netmask is part of a pool's "
                        "Subnet=, as its length: Subnet=192.168.1.0/24",
                        "24"},
                {SETTING_POOL, "Nameservers",
                        "unknown key 'Nameservers' in [Pool]; did you mean DNS=?", "9.9.9.9"},
                {SETTING_HOST, "MAC", "unknown key 'MAC' in [Host]; did you mean MACAddress=?",
                        "02:00:00:00:00:07"},
                {SETTING_HOST, "IPAddress",
                        "unknown key 'IPAddress' in [Host]; did you mean Address=?", "10.0.0.7"},
        };
        const Place place = {"f", 7};

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_(problems_done) Problems problems = {0};

                ck_assert_int_eq(setting_key_refuse_unknown(cases[i].scope, cases[i].key,
                                         cases[i].value, &place, &problems),
                        -ENOENT);
                ck_assert_uint_eq(problems.n_items, 1);
                ck_assert_str_eq(problems.items[0].text, cases[i].problem);
        }
}
END_TEST

START_TEST(options_are_bounded)
{
        _cleanup_(pool_settings_freep) PoolSettings *pool = NULL;
        _cleanup_(problems_done) Problems problems = {0};
        const Place place = {"f", 1};

        ck_assert_int_eq(pool_settings_new(&pool, "p"), 0);
        for (unsigned i = 0; i < 256; i++)
                ck_assert_int_eq(pool_settings_set(pool, "DNS", "10.0.0.1", &place, &problems), 0);
        ck_assert_int_eq(pool_settings_set(pool, "DNS", "10.0.0.1", &place, &problems), -EINVAL);
        ck_assert_str_eq(problems.items[0].text,
                "DNS=10.0.0.1: option 6 would have 1028 bytes; at most 1024 fit into a reply");
        ck_assert_uint_eq(option_set_get(&pool->reply.options, 6)->size, 1024);
}
END_TEST

START_TEST(long_values_are_cut_when_shown)
{
        char value[QUOTE_MAX * 2], shown[QUOTE_MAX];

        memset(value, 'a', sizeof(value));
        value[sizeof(value) - 1] = '\0';
        ck_assert_uint_lt(strlen(quote(value, shown)), QUOTE_MAX);
        ck_assert_str_eq(shown + strlen(shown) - 4, "a…");

        /* Not in the middle of a character. */
        for (size_t i = 0; i + 2 < sizeof(value); i += 2)
                memcpy(value + i, "ä", 2);
        ck_assert_str_eq(quote(value, shown) + strlen(shown) - 5, "ä…");
        ck_assert_str_eq(quote("a\033b", shown), "a\\x1bb");
}
END_TEST

START_TEST(names)
{
        char name[POOL_NAME_MAX + 2];

        memset(name, 'a', sizeof(name));
        name[POOL_NAME_MAX + 1] = '\0';
        ck_assert(!setting_name_is_valid(name));
        name[POOL_NAME_MAX] = '\0';
        ck_assert(setting_name_is_valid(name));
        ck_assert(setting_name_is_valid("0-a_b.c"));
        ck_assert(!setting_name_is_valid(""));
        ck_assert(!setting_name_is_valid(".a"));
        ck_assert(!setting_name_is_valid("a/b"));
        ck_assert(!setting_name_is_valid("ä"));
}
END_TEST

TEST_SUITE("config-keys", suite, NULL) {
        TCase *group = test_cases_new(suite, "config-keys");

        tcase_add_loop_test(group, valid_values, 0, ELEMENTSOF(valid));
        tcase_add_test(group, server_comes_back);
        tcase_add_loop_test(group, formatted_values, 0, ELEMENTSOF(formatted));
        tcase_add_loop_test(group, invalid_values, 0, ELEMENTSOF(invalid));
        tcase_add_test(group, tables_are_complete);
        tcase_add_loop_test(group, unknown_keys, 0, 9);
        tcase_add_test(group, foreign_keys);
        tcase_add_test(group, options_are_bounded);
        tcase_add_test(group, long_values_are_cut_when_shown);
        tcase_add_test(group, names);
}

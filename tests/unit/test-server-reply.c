/* SPDX-License-Identifier: MIT */

/* What replies contain, in which order, how large they are and where they go. */

#include <stdio.h>

#include "test.h"

#include "core/request-state.h"
#include "core/server-state.h"
#include "core/times.h"
#include "transcript.h"

#define LINK "link br0 192.168.1.1/24\n"

/* DNS 192.168.1.53, domain "lan" */
#define OPTIONS "option=6:c0a80135 option=15:6c:61:6e "

TRANSCRIPT(test_destinations, /* RFC 2131 4.1 */
        LINK "pool lan 192.168.1.0/24 .100-.109\n"
             "0  a DISCOVER\n"
             "   -> OFFER .100 to=link by=2 source=.1 flags=0\n"
             "0  a DISCOVER flags=0x8000\n"
             "   -> OFFER .100 to=broadcast flags=0x8000\n"
             "0  b DISCOVER giaddr=.2\n"
             "   -> OFFER .101 to=udp:192.168.1.2:67 giaddr=.2 source=.1\n"
             "0  b DISCOVER giaddr=.2 flags=0x8000\n"
             "   -> OFFER .101 to=udp:192.168.1.2:67 flags=0x8000\n"
             "0  c DISCOVER htype=32 hlen=0 id=ff:01:02:03\n" /* RFC 4390: no hardware address */
             "   -> OFFER .102 to=broadcast\n"
             "0  d DISCOVER hlen=8\n"
             "   -> OFFER .103 to=broadcast\n"
             "0  d DISCOVER ciaddr=.77 from=.77\n"
             "   -> OFFER .104 to=udp:192.168.1.77:68 by=2 ciaddr=0.0.0.0\n"
             "0  d DISCOVER ciaddr=.77\n" /* an address that it has no more */
             "   -> OFFER .104 to=link by=2 ciaddr=0.0.0.0\n"
             "0  d DISCOVER ciaddr=.77 from=.78\n"
             "   -> OFFER .104 to=link by=2\n"
             "0  d DISCOVER ciaddr=.77 flags=0x8000\n"
             "   -> OFFER .104 to=broadcast\n"
             "0  d REQUEST server=.1 ask=.104 ciaddr=.77\n" /* RFC 1541 clients */
             "   -> COMMIT granted .104 d\n"
             "   -> ACK .104 to=link by=2 ciaddr=.77\n"
             "0  d REQUEST ciaddr=.104\n" /* rebinding, by a raw socket */
             "   -> COMMIT renewed .104 d\n"
             "   -> ACK .104 to=link by=2\n"
             "0  d REQUEST ciaddr=.104 from=.104\n"
             "   -> COMMIT renewed .104 d\n"
             "   -> ACK .104 to=udp:192.168.1.104:68 by=2\n"
             "0  e INFORM ciaddr=.78 from=.78 unicast\n"
             "   -> ACK 0.0.0.0 to=udp:192.168.1.78:68\n"
             "0  e INFORM ciaddr=.78 from=.79 unicast\n" /* never where it does not come from */
             "   -> ACK 0.0.0.0 to=udp:192.168.1.79:68\n"
             "0  e INFORM ciaddr=.78\n"
             "   -> ACK 0.0.0.0 to=link\n"
             "0  d DISCOVER ciaddr=.255\n" /* nobody answers ARP there */
             "   -> OFFER .104 to=link\n"
             "0  d DISCOVER ciaddr=224.0.0.1\n"
             "   -> OFFER .104 to=link\n"
             "0  d DISCOVER ciaddr=127.0.0.1 flags=0x8000\n"
             "   -> OFFER .104 to=broadcast\n");

TRANSCRIPT(test_other_links, /* no Ethernet header to write: the kernel broadcasts */
        "link tun0 192.168.1.1/24 type=65534\n"
        "pool lan 192.168.1.0/24 .100-.109\n"
        "0  a DISCOVER\n"
        "   -> OFFER .100 to=udp:255.255.255.255:68\n"
        "0  a REQUEST ask=.1\n"
        "   -> NAK to=udp:255.255.255.255:68\n");

TRANSCRIPT(test_order_of_option_55, /* the client's order, the mask before the router */
        LINK "pool lan 192.168.1.0/24 .100-.109 " OPTIONS "\n"
             "0  a DISCOVER want=15,6,3,1,28,58\n"
             "   -> OFFER .100 order=53,54,51,15,6,1,3,28,58,59\n"
             "0  a DISCOVER want=1,3,6,15\n"
             "   -> OFFER .100 order=53,54,51,1,3,6,15,58,59\n"
             "0  a DISCOVER want=6,6,6,255,0,82,53\n" /* nothing twice, nothing that is ours */
             "   -> OFFER .100 order=53,54,51,1,6,58,59\n"
             "0  a DISCOVER want=252,15\n" /* unknown ones are left out */
             "   -> OFFER .100 order=53,54,51,1,15,58,59\n");

TRANSCRIPT(test_without_option_55,
        LINK "pool lan 192.168.1.0/24 .100-.109 " OPTIONS "option=42:c0a80101 option=108:0708\n"
             "0  a DISCOVER\n"
             "   -> OFFER .100 order=53,54,51,1,3,6,15,28,58,59,42 option=1:ffffff00 "
             "option=3:c0a80101 option=28:c0a801ff option=6:c0a80135 option=15:6c616e\n"
             "0  b DISCOVER option=55:\n"
             "   -> OFFER .101 order=53,54,51,1,3,6,15,28,58,59,42\n");

TRANSCRIPT(test_ipv6_only, /* RFC 8925 3.2: to those that ask */
        LINK "pool lan 192.168.1.0/24 .100-.109 option=108:00000708\n"
             "0  a DISCOVER want=1,3\n"
             "   -> OFFER .100 no=108\n"
             "0  a DISCOVER want=1,3,108\n"
             "   -> OFFER .100 option=108:00000708\n");

TRANSCRIPT(test_router,
        LINK "pool lan 192.168.1.0/24 .100-.109 option=3:c0a80145\n"
             "0  a DISCOVER want=3\n"
             "   -> OFFER .100 option=3:c0a80145\n"
             "pool lan 192.168.1.0/24 .100-.109 no-router\n"
             "1  a DISCOVER want=3\n"
             "   -> OFFER .100 no=3\n"
             "pool far 10.7.0.0/16 10.7.0.100-10.7.0.109\n"
             "2  b REQUEST want=3 giaddr=10.7.0.2 server=.1 ask=10.7.0.100\n"
             "   -> COMMIT granted 10.7.0.100 b\n"
             "   -> ACK 10.7.0.100 no=3 source=.1\n"
             "9  b REQUEST want=3 ciaddr=10.7.0.100 from=10.7.0.100 unicast\n" /* past the relay */
             "   -> COMMIT renewed 10.7.0.100 b\n"
             "   -> ACK 10.7.0.100 no=3 source=.1\n");

TRANSCRIPT(test_classless_routes, /* RFC 3442: no router for who asks for 121 */
        LINK "pool lan 192.168.1.0/24 .100-.109 option=121:00c0a80145 option=33:0a000001c0a80102\n"
             "0  a DISCOVER want=1,3,33\n"
             "   -> OFFER .100 order=53,54,51,1,3,33,58,59\n"
             "0  a DISCOVER want=1,3,33,121\n"
             "   -> OFFER .100 order=53,54,51,1,121,58,59\n"
             "pool lan 192.168.1.0/24 .100-.109\n"
             "1  a DISCOVER want=1,3,121\n" /* there is none to give */
             "   -> OFFER .100 order=53,54,51,1,3,58,59\n");

TRANSCRIPT(test_echoes, /* RFC 6842, RFC 3046 2.2, RFC 3011 */
        LINK "pool lan 192.168.1.0/24 .100-.109\n"
             "0  a DISCOVER id=ff:01:02:03 relay=01:02:61:62 giaddr=.2 want=1\n"
             "   -> OFFER .100 order=53,54,51,1,58,59,61,82 option=61:ff:01:02:03 "
             "option=82:01:02:61:62\n"
             "0  a DISCOVER option=118:c0a80100 relay=ff:00 giaddr=.2 want=1\n"
             "   -> OFFER .101 order=53,54,51,1,58,59,118,82 option=118:c0a80100 option=82:ff:00\n"
             "0  a REQUEST server=.1 ask=.101 giaddr=.2 relay=01:02:61:62 want=1\n"
             "   -> COMMIT granted .101 a relayed\n"
             "   -> ACK .101 order=53,54,51,1,58,59,82\n"
             "0  a INFORM giaddr=.2 ciaddr=.101 relay=01:02:61:62 want=1\n"
             "   -> ACK 0.0.0.0 to=udp:192.168.1.2:67 order=53,54,1,82\n");

TRANSCRIPT(test_long_relay_option, /* nothing that MUST be there makes room for it, RFC 3046 2.2 */
        LINK
        "pool lan 192.168.1.0/24 .100-.109\n"
        "0  a DISCOVER relay=01:69:*105:*1098 giaddr=.2 want=6\n"
        "   -> OFFER .100 order=53,54,51,82,82,82,82,82 option=82:01:69:*105:*1098\n"
        "0  a REQUEST ask=10.0.0.1 relay=01:69:*105:*1098 giaddr=.2\n"
        "   -> NAK has=54 option=82:01:69:*105:*1098\n"
        "0  a DISCOVER relay=01:12:*18:*1220 giaddr=.2 want=6\n" /* no Ethernet frame is so long */
        "   -> OFFER .100 has=51 no=82\n");

TRANSCRIPT(test_lease_times, /* RFC 2131 4.3.1 */
        LINK "pool lan 192.168.1.0/24 .100-.109 lease=30min min=10min max=2h\n"
             "0  a DISCOVER\n"
             "   -> OFFER .100 lease=1800\n"
             "0  a DISCOVER lease=3600\n"
             "   -> OFFER .100 lease=3600\n"
             "0  a DISCOVER lease=5\n"
             "   -> OFFER .100 lease=600\n"
             "0  a DISCOVER lease=86400\n"
             "   -> OFFER .100 lease=7200\n"
             "0  a DISCOVER lease=0xffffffff\n" /* infinite where allowed alone */
             "   -> OFFER .100 lease=7200\n"
             "0  a REQUEST server=.1 ask=.100 lease=5400\n"
             "   -> COMMIT granted .100 a until=5400\n"
             "   -> ACK .100 lease=5400\n"
             "pool lan 192.168.1.0/24 .100-.109 lease=30min max=infinity\n"
             "1  a REQUEST server=.1 ask=.100 lease=0xffffffff\n"
             "   -> COMMIT renewed .100 a until=infinity\n"
             "   -> ACK .100 lease=0xffffffff no=58,59\n"
             "   ? next never\n"
             "2  a REQUEST server=.1 ask=.100\n"
             "   -> COMMIT renewed .100 a until=1802\n"
             "   -> ACK .100 lease=1800\n"
             "pool lan 192.168.1.0/24 .100-.109 lease=infinity\n"
             "3  a REQUEST server=.1 ask=.100\n"
             "   -> COMMIT renewed .100 a until=infinity\n"
             "   -> ACK .100 lease=0xffffffff no=58,59\n");

TRANSCRIPT(test_lease_times_by_default, /* one minute to twelve hours */
        LINK "pool lan 192.168.1.0/24 .100-.109\n"
             "0  a DISCOVER lease=1\n"
             "   -> OFFER .100 lease=60\n"
             "0  a DISCOVER lease=0xfffffffe\n"
             "   -> OFFER .100 lease=43200\n"
             "pool lan 192.168.1.0/24 .100-.109 lease=10s\n"
             "1  a DISCOVER\n"
             "   -> OFFER .100 lease=10\n"
             "1  a DISCOVER lease=5\n"
             "   -> OFFER .100 lease=10\n");

START_TEST(test_renewal_times)
{ /* RFC 2131 4.4.5: a fuzz around half and seven eighths */
        char text[8192];
        size_t n;

        n = (size_t) snprintf(text, sizeof(text),
                LINK "pool lan 192.168.1.0/24 .100-.180 lease=10000s option=200:00\n");
        for (unsigned i = 0; i < 60; i++)
                n += (size_t) snprintf(text + n, sizeof(text) - n,
                        "0 a DISCOVER id=ff:00:%02x want=58,59\n"
                        "-> OFFER t1=4800-5200 t2=8550-8950 lease=10000\n",
                        i);
        ck_assert_uint_lt(n, sizeof(text));
        transcript_run(text);
}
END_TEST

/* Spread over the whole range, the same each time for one client. */
START_TEST(test_renewal_times_differ)
{
        Server *server = calloc(1, sizeof(*server));
        uint32_t low = UINT32_MAX, high = 0, low2 = UINT32_MAX, high2 = 0, n_equal = 0;
        Request request = {.server = server};

        ck_assert_ptr_nonnull(server);
        for (unsigned i = 0; i < 200; i++) {
                uint32_t t1, t2, t1_again, t2_again;

                request.client.size = 2;
                request.client.data[0] = (uint8_t) i;
                request.client_hash =
                        lease_table_hash(&server->table, request.client.data, request.client.size);
                request_renewal_times(&request, 10000 * USEC_PER_SEC, &t1, &t2);
                request_renewal_times(&request, 10000 * USEC_PER_SEC, &t1_again, &t2_again);
                ck_assert_uint_eq(t1, t1_again);
                ck_assert_uint_eq(t2, t2_again);
                low = MIN(low, t1);
                high = MAX(high, t1);
                low2 = MIN(low2, t2);
                high2 = MAX(high2, t2);
                n_equal += t2 - t1 == 3750;
        }
        ck_assert_uint_lt(low, 4820);
        ck_assert_uint_gt(high, 5180);
        ck_assert_uint_lt(low2, 8570);
        ck_assert_uint_gt(high2, 8930);
        ck_assert_uint_lt(n_equal, 20);

        /* The shortest of leases: in order all the same. */
        for (usec_t lifetime = USEC_PER_SEC; lifetime < 10 * USEC_PER_SEC;
                lifetime += USEC_PER_SEC) {
                uint32_t t1, t2;

                request_renewal_times(&request, lifetime, &t1, &t2);
                ck_assert_uint_le(t1, t2);
                ck_assert_uint_lt(t2, lifetime / USEC_PER_SEC);
        }
        free(server);
}
END_TEST

TRANSCRIPT(test_long_boot_file, /* too long for the field: option 67, asked for or not */
        LINK "pool lan 192.168.1.0/24 .100-.109 next-server=.7 "
             "file=:::0123456789012345678901234567890123456789012345678901234567890123456789012345"
             "678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
             "\n"
             "0  a DISCOVER want=1,58,59\n"
             "   -> OFFER .100 file= has=67 order=53,54,51,1,58,59,67\n");

TRANSCRIPT(test_boot, /* next server, file, and their options */
        LINK "pool lan 192.168.1.0/24 .100-.109 next-server=.7 sname=tftp file=pxelinux.0\n"
             "0  a DISCOVER want=1,66,67,150\n"
             "   -> OFFER .100 siaddr=.7 sname=tftp file=pxelinux.0 option=66:74667470 "
             "option=67:70:78:65:6c:69:6e:75:78:2e:30 option=150:c0a80107\n"
             "0  a DISCOVER want=1\n"
             "   -> OFFER .100 siaddr=.7 sname=tftp file=pxelinux.0 no=66,67,150\n"
             "pool lan 192.168.1.0/24 .100-.109 file=pxelinux.0\n"
             "1  a DISCOVER want=1,66\n" /* without a server named, it is us */
             "   -> OFFER .100 siaddr=.1 file=pxelinux.0 no=66\n");

TRANSCRIPT(test_boot_of_a_host,
        LINK "pool lan 192.168.1.0/24 .100-.109 next-server=.7 sname=tftp file=pxelinux.0\n"
             "host pc mac=p next-server=.8 sname=other file=7:::uefi.efi\n"
             "0  p DISCOVER option=93:0007 want=66,150\n"
             "   -> OFFER .100 siaddr=.8 sname=other file=uefi.efi option=150:c0a80108 "
             "option=66:6f74686572\n"
             "0  p DISCOVER option=93:0000 want=1\n" /* no file of its own for this firmware */
             "   -> OFFER .100 siaddr=.8 file=pxelinux.0\n"
             "0  p DISCOVER want=66\n"
             "   -> OFFER .100 option=66:6f74686572\n"
             "pool lan 192.168.1.0/24 .100-.109 next-server=.7\n"
             "1  a DISCOVER want=66\n" /* a server without a name */
             "   -> OFFER .101 option=66:3139322e3136382e312e37 sname=\n");

TRANSCRIPT(test_boot_file_conditions, /* RFC 4578, RFC 3004 */
        LINK "pool lan 192.168.1.0/24 .100-.109 file=::iPXE:menu.ipxe file=7:PXEClient::uefi.efi "
             "file=0:::bios.0\n"
             "0  a DISCOVER option=93:0000\n"
             "   -> OFFER .100 file=bios.0\n"
             "0  a DISCOVER option=93:0007 option=60:50584543:6c69656e74\n"
             "   -> OFFER .100 file=uefi.efi\n"
             "0  a DISCOVER option=93:0007\n"
             "   -> OFFER .100 file= siaddr=0.0.0.0\n"
             "0  a DISCOVER option=93:00060000\n"
             "   -> OFFER .100 file=bios.0\n"
             "0  a DISCOVER option=93:0000 option=77:69505845\n"
             "   -> OFFER .100 file=menu.ipxe\n"
             "0  a DISCOVER option=93:0000 option=77:0161:04:69505845\n"
             "   -> OFFER .100 file=menu.ipxe\n"
             "0  a DISCOVER option=93:0000 option=77:ff6950\n"
             "   -> OFFER .100 file=bios.0\n");

TRANSCRIPT(test_boot_file_synonyms, /* firmware for x64 sends 7 or 9; a number is itself alone */
        LINK
        "pool lan 192.168.1.0/24 .100-.109 file=11:::arm64.efi file=7+9:::x64.efi file=16:::h\n"
        "0  a DISCOVER option=93:0007\n"
        "   -> OFFER .100 file=x64.efi\n"
        "0  a DISCOVER option=93:0009\n"
        "   -> OFFER .100 file=x64.efi\n"
        "0  a DISCOVER option=93:00000009\n"
        "   -> OFFER .100 file=x64.efi\n"
        "0  a DISCOVER option=93:0010\n"
        "   -> OFFER .100 file=h\n"
        "0  a DISCOVER option=93:0000\n"
        "   -> OFFER .100 file=\n"
        "pool lan 192.168.1.0/24 .100-.109 file=7:::x64.efi\n"
        "1  a DISCOVER option=93:0009\n"
        "   -> OFFER .100 file=\n");

#define PXE "option=60:505845436c69656e74:3a417263683a3030303030"
#define A20 "aaaaaaaaaaaaaaaaaaaa"
#define A60 A20 A20 A20
#define X20 "6161616161616161616161616161616161616161"
#define X60 X20 X20 X20

TRANSCRIPT(test_boot_file_with_nul, /* old ROMs read option 67 up to a NUL */
        LINK "pool lan 192.168.1.0/24 .100-.109 next-server=.7 sname=tftp file=x.0\n"
             "0  a DISCOVER want=1,66,67,15 " PXE "\n"
             "   -> OFFER .100 file=x.0 option=66:74667470 option=67:782e3000\n"
             "0  a REQUEST ask=.100 server=.1 want=67 " PXE "\n"
             "   -> COMMIT granted .100 a\n"
             "   -> ACK .100 option=67:782e3000\n"
             "0  a DISCOVER want=66,67 " PXE " option=12:706300\n" /* one NUL, not two */
             "   -> OFFER .100 option=66:7466747000 option=67:782e3000\n"
             "0  a DISCOVER want=67 option=60:5058454369\n" /* nobody else */
             "   -> OFFER .100 option=67:782e30\n"
             "0  a DISCOVER want=67 option=60:78:505845436c69656e74\n"
             "   -> OFFER .100 option=67:782e30\n"
             "0  a DISCOVER want=67 option=60:48545450436c69656e74:3a41726368\n"
             "   -> OFFER .100 option=67:782e30\n"
             "0  a DISCOVER want=67\n"
             "   -> OFFER .100 option=67:782e30\n");

TRANSCRIPT(test_long_boot_file_with_nul, /* which the field file cannot hold */
        LINK
        "pool lan 192.168.1.0/24 .100-.109 file=:PXEClient::" A60 A60 A60 " file=x" A60 A60 A60 "\n"
        "0  a DISCOVER want=1 " PXE "\n"
        "   -> OFFER .100 file= option=67:" X60 X60 X60 "00\n"
        "0  a DISCOVER want=1\n"
        "   -> OFFER .100 file= option=67:78" X60 X60 X60 "\n"
        "pool lan 192.168.1.0/24 .100-.109 file=" A60 A60 A60 A60 "aaaaaaaaaaaaaaa\n"
        "0  a DISCOVER want=1 " PXE "\n" /* no second piece for the NUL alone, RFC 3396 */
        "   -> OFFER .100 file= option=67:" X60 X60 X60 X60 "616161616161616161616161616161\n");

TRANSCRIPT(test_machine_identifier, /* RFC 4578 2.3 */
        LINK "pool lan 192.168.1.0/24 .100-.109 file=7:::uefi.efi\n"
             "0  a DISCOVER option=93:0007 option=97:00:112233445566778899aabbccddeeff00 want=1\n"
             "   -> OFFER .100 order=53,54,51,1,58,59,97 "
             "option=97:00:112233445566778899aabbccddeeff00\n"
             "0  a DISCOVER option=93:0007 want=1,97\n"
             "   -> OFFER .100 no=97\n"
             "0  a DISCOVER option=93:0000 option=97:00:112233445566778899aabbccddeeff00 "
             "want=1,97\n" /* boots from elsewhere */
             "   -> OFFER .100 no=97\n");

TRANSCRIPT(test_http_boot, /* UEFI 2.10 24.7.3.1 */
        LINK "pool lan 192.168.1.0/24 .100-.109 file=:HTTPClient::http.efi file=x\n"
             "0  a DISCOVER option=60:48545450436c69656e74:3a41726368 want=1\n"
             "   -> OFFER .100 option=60:48545450436c69656e74\n"
             "0  a DISCOVER want=1,60\n"
             "   -> OFFER .100 no=60 file=x\n");

TRANSCRIPT(test_terminated_text, /* answered in kind */
        LINK "pool lan 192.168.1.0/24 .100-.109 " OPTIONS "\n"
             "0  a DISCOVER want=15 option=12:706300\n"
             "   -> OFFER .100 option=15:6c616e00\n"
             "0  a DISCOVER want=15 option=60:4d53465400\n"
             "   -> OFFER .100 option=15:6c616e00\n"
             "0  a DISCOVER want=15 name=pc\n"
             "   -> OFFER .100 option=15:6c616e\n");

TRANSCRIPT(test_fqdn, /* RFC 4702 4: answered, no DNS update done */
        LINK "pool lan 192.168.1.0/24 .100-.109 " OPTIONS "\n"
             "0  a DISCOVER want=1 option=81:000000:7063\n"
             "   -> OFFER .100 option=81:08ffff:70632e6c616e\n"
             "0  a DISCOVER want=1 option=81:010000:7063\n" /* S is overridden */
             "   -> OFFER .100 option=81:0affff:70632e6c616e\n"
             "0  a DISCOVER want=1 option=81:050000:027063:046f6e6c79:00\n"
             "   -> OFFER .100 option=81:0effff:027063:046f6e6c79:00\n"
             "0  a DISCOVER want=1,81 option=81:040000:027063\n"
             "   -> OFFER .100 option=81:0cffff:027063:036c616e:00\n"
             "0  a DISCOVER want=81\n"
             "   -> OFFER .100 no=81\n"
             "0  a DISCOVER option=81:0000\n"
             "   -> OFFER .100 no=81\n"
             "0  a DISCOVER option=81:040000:ff7063\n"
             "   -> OFFER .100 option=81:0cffff\n");

TRANSCRIPT(test_size, /* RFC 2132 9.10; the least wanted options go */
        LINK "pool lan 192.168.1.0/24 .100-.109 option=200:*200 option=201:*200 option=202:*120 "
             "option=203:*60\n"
             "0  a DISCOVER want=1,200,201,202,203\n" /* 548 bytes of payload, file, sname */
             "   -> OFFER .100 has=200 has=52 has=202 no=201 has=203\n"
             "0  a DISCOVER want=1,202,201,200 max=300\n" /* never less than 576 */
             "   -> OFFER .100 has=202 no=52,200,201\n"
             "0  a DISCOVER want=1,200,201,202 max=1500\n"
             "   -> OFFER .100 has=200 has=201 has=202 no=52\n"
             "0  a DISCOVER want=1,200 id=ff:01:02:03\n"
             "   -> OFFER .101 has=200 no=52 option=61:ff:01:02:03\n");

TRANSCRIPT(test_size_on_a_narrow_link, /* a frame that does not fit in is never sent */
        "link br0 192.168.1.1/24 mtu=700\n"
        "link br1 10.7.0.1/24 mtu=9000\n"
        "pool lan 192.168.1.0/24 .100-.109 option=200:*255 option=201:*255\n"
        "pool wide 10.7.0.0/24 10.7.0.10-10.7.0.19 option=200:*255 option=201:*255\n"
        "0  a DISCOVER want=1,200,201 max=1500\n"
        "   -> OFFER .100 has=200 no=201\n"
        "0  a DISCOVER want=1,200,201 max=1500 giaddr=.2\n" /* in fragments */
        "   -> OFFER .100 has=200 has=201\n"
        "0  a DISCOVER want=1,200,201 max=9000 on=br1\n"
        "   -> OFFER 10.7.0.10 has=200 has=201\n");

TRANSCRIPT(test_size_behind_a_relay, /* RFC 3046 2.1: what the relay takes out does not count */
        LINK "pool lan 192.168.1.0/24 .100-.109 option=200:*255\n"
             "0  a DISCOVER want=1,200\n"
             "   -> OFFER .100 has=200 no=52 has=59\n"
             "0  a DISCOVER want=1,200 giaddr=.2 relay=01:1c:*28\n"
             "   -> OFFER .100 has=200 no=52 has=59 option=82:01:1c:*28\n");

TRANSCRIPT(test_long_options, /* RFC 3396 */
        LINK "pool lan 192.168.1.0/24 .100-.109 option=200:*500\n"
             "0  a DISCOVER want=1,200 max=1500\n"
             "   -> OFFER .100 order=53,54,51,1,200,200,58,59\n");

TRANSCRIPT(test_overload_spares_boot_fields,
        LINK "pool lan 192.168.1.0/24 .100-.109 option=200:*200 option=201:*100 option=202:*50 "
             "file=pxelinux.0\n"
             "0  a DISCOVER want=1,200,201,202\n"
             "   -> OFFER .100 file=pxelinux.0 has=200 no=201 has=202 omitted=201\n"
             "0  a DISCOVER want=1,202\n"
             "   -> OFFER .100 omitted=\n"
             "0  a DISCOVER want=1,200,201,202 max=1400\n"
             "   -> OFFER .100 has=201 omitted=\n");

TRANSCRIPT(test_minimum_size, /* BOOTP's 300 bytes */
        LINK "pool lan 192.168.1.0/24 .100-.109\n"
             "0  a DISCOVER want=1\n"
             "   -> OFFER .100 size=300\n");

TEST_MAIN("server-reply", test_destinations, test_other_links, test_order_of_option_55,
        test_without_option_55, test_ipv6_only, test_router, test_classless_routes, test_echoes,
        test_long_relay_option, test_lease_times, test_lease_times_by_default, test_renewal_times,
        test_renewal_times_differ, test_long_boot_file, test_boot, test_boot_of_a_host,
        test_boot_file_conditions, test_boot_file_synonyms, test_boot_file_with_nul,
        test_long_boot_file_with_nul, test_machine_identifier, test_http_boot, test_terminated_text,
        test_fqdn, test_size, test_size_on_a_narrow_link, test_size_behind_a_relay,
        test_long_options, test_overload_spares_boot_fields, test_minimum_size);

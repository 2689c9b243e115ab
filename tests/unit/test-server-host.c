/* SPDX-License-Identifier: MIT */

/* Hosts: who they are, what is reserved for them, and who is not served. */

#include "test.h"

#include "transcript.h"

#define LAN                                                                                        \
        "link br0 192.168.1.1/24\n"                                                                \
        "pool lan 192.168.1.0/24 .100-.102\n"

TRANSCRIPT(test_by_hardware, /* whatever the client calls itself */
        LAN "host printer mac=p address=.100\n"
            "0  a DISCOVER\n" /* nobody else gets it */
            "   -> OFFER .101\n"
            "0  p DISCOVER ask=.102 name=hp4000 want=12\n"
            "   -> OFFER .100 option=12:7072696e746572\n"
            "1  p REQUEST server=.1 ask=.100\n"
            "   -> COMMIT granted .100 p reserved name=printer\n"
            "   -> ACK .100\n"
            "2  p RELEASE ciaddr=.100 unicast\n"
            "   -> COMMIT released .100 p\n"
            "   ? lan free=1\n"
            "3  b DISCOVER ask=.100\n"
            "   -> OFFER .102\n");

TRANSCRIPT(test_by_client_id, /* before hardware */
        LAN "host one id=ff:00:01 address=.100 hostname=eins\n"
            "host two mac=p address=.101\n"
            "0  p DISCOVER id=ff:00:01\n"
            "   -> OFFER .100\n"
            "   ? .100 offered p name=eins\n"
            "0  p DISCOVER\n"
            "   -> OFFER .101\n");

TRANSCRIPT(test_by_circuit, /* RFC 3046: a port, whoever is plugged in */
        LAN "host port7 circuit=61:62 address=.102\n"
            "0  a DISCOVER giaddr=.2 relay=01:02:61:62\n"
            "   -> OFFER .102\n"
            "0  b DISCOVER giaddr=.2 relay=01:02:61:63\n"
            "   -> OFFER .100\n");

TRANSCRIPT(test_outside_the_range, /* but inside the subnet */
        LAN "host printer mac=p address=.50\n"
            "0  p DISCOVER\n"
            "   -> OFFER .50\n"
            "1  p REQUEST server=.1 ask=.50\n"
            "   -> COMMIT granted .50 p reserved\n"
            "   -> ACK .50\n"
            "   ? lan used=0 used-outside=1 free=3\n"
            "2  p REQUEST ciaddr=.50 unicast\n"
            "   -> COMMIT renewed .50 p\n"
            "   -> ACK .50\n"
            "3  a REQUEST ask=.50\n"
            "   -> NAK\n");

TRANSCRIPT(test_without_its_pool, /* it waits for one, and gets what anybody gets meanwhile */
        LAN "host printer mac=p address=10.0.0.5\n"
            "0  p DISCOVER name=hp4000 want=12\n"
            "   -> OFFER .100 option=12:7072696e746572\n"
            "1  p REQUEST server=.1 ask=.100\n"
            "   -> COMMIT granted .100 p name=printer\n"
            "   -> ACK .100\n");

TRANSCRIPT(test_outside_of_its_pool, /* no address is given out where it is none of the pool's */
        LAN "host printer mac=p pool=lan address=10.0.0.5\n"
            "0  p DISCOVER\n"
            "   -> OFFER .100\n");

TRANSCRIPT(test_of_a_pool_that_is_not_there, LAN "host printer mac=p pool=lab\n"
                                                 "0  p DISCOVER\n"
                                                 "   -> OFFER .100\n");

TRANSCRIPT(test_take_over, /* firmware, then the system, with another client identifier */
        LAN "host pc mac=p address=.100\n"
            "0  p DISCOVER id=00:aa:bb\n"
            "   -> OFFER .100\n"
            "0  p REQUEST server=.1 ask=.100 id=00:aa:bb\n"
            "   -> COMMIT granted .100 p id=00:aa:bb\n"
            "   -> ACK .100\n"
            "60 p DISCOVER id=ff:01:02\n"
            "   -> OFFER .100\n"
            "   ? .100 bound p id=00:aa:bb\n" /* not before it asks for it */
            "61 p REQUEST server=.1 ask=.100 id=ff:01:02\n"
            "   -> COMMIT granted .100 p id=ff:01:02 started=61\n"
            "   -> ACK .100\n"
            "   ? lan used=1\n"
            "90 p REQUEST ask=.100 id=00:aa:bb\n" /* and back: dual boot */
            "   -> COMMIT granted .100 p id=00:aa:bb\n"
            "   -> ACK .100\n");

TRANSCRIPT(test_no_take_over_without_reservation,
        LAN "0  p REQUEST server=.1 ask=.100 id=00:aa:bb\n"
            "   -> COMMIT granted .100 p\n"
            "   -> ACK .100\n"
            "1  p REQUEST ask=.100 id=ff:01:02\n"
            "   -> NAK\n"
            "1  p DISCOVER id=ff:01:02\n"
            "   -> OFFER .101\n");

TRANSCRIPT(test_reserved_address_in_use, /* not evicted; the host gets another one meanwhile */
        LAN "0  load .100 bound a 9999\n"
            "host printer mac=p address=.100\n"
            "pool lan 192.168.1.0/24 .100-.102\n"
            "1  p DISCOVER\n"
            "   -> OFFER .101\n"
            "   -> NOTICE reserved-taken .100 p a\n"
            "1  p REQUEST server=.1 ask=.101\n"
            "   -> COMMIT granted .101 p\n"
            "   -> ACK .101\n"
            "2  a REQUEST ciaddr=.100 unicast from=.100\n" /* reserved for another */
            "   -> NAK\n"
            "9999 tick\n"
            "   -> COMMIT expired .101 p\n"
            "   -> COMMIT expired .100 a\n"
            "10000 p DISCOVER\n"
            "   -> OFFER .100\n");

TRANSCRIPT(test_host_moves_to_its_reservation,
        LAN "0  p REQUEST server=.1 ask=.101\n"
            "   -> COMMIT granted .101 p\n"
            "   -> ACK .101\n"
            "pool lan 192.168.1.0/24 .100-.102\n"
            "host printer mac=p address=.100\n"
            "1  p REQUEST ciaddr=.101 unicast\n" /* its binding is good until it ends */
            "   -> COMMIT renewed .101 p\n"
            "   -> ACK .101\n"
            "2  p DISCOVER\n"
            "   -> OFFER .100\n"
            "3  p REQUEST server=.1 ask=.100\n"
            "   -> COMMIT granted .100 p reserved\n"
            "   -> COMMIT released .101 p\n"
            "   -> ACK .100\n");

TRANSCRIPT(test_not_moved_before_the_quarantine_ends, /* by DECLINE, or since another answers */
        "link br0 192.168.1.1/24\n"
        "pool lan 192.168.1.0/24 .100-.119\n"
        "host printer mac=p address=.50\n"
        "host copier mac=q address=.51\n"
        "0    p REQUEST server=.1 ask=.50\n"
        "     -> COMMIT granted .50 p reserved\n"
        "     -> ACK .50\n"
        "1    p DECLINE ask=.50 server=.1\n"
        "     -> COMMIT declined .50 p until=601\n"
        "1    arp .51 x\n"
        "     -> COMMIT declined .51 x until=601\n"
        "     -> NOTICE conflict .51 x\n"
        "2    p REQUEST ask=.100\n"
        "     -> COMMIT granted .100 p\n"
        "     -> ACK .100\n"
        "2    q REQUEST ask=.101\n"
        "     -> COMMIT granted .101 q\n"
        "     -> ACK .101\n"
        "3    p REQUEST ask=.100\n"
        "     -> COMMIT renewed .100 p\n"
        "     -> ACK .100 lease=3600\n"
        "300  q REQUEST ciaddr=.101 unicast\n"
        "     -> COMMIT renewed .101 q\n"
        "     -> ACK .101 lease=3600\n"
        "600  p DISCOVER\n"
        "     -> OFFER .100\n"
        "600  q DISCOVER\n"
        "     -> OFFER .101\n"
        "601  tick\n"
        "     -> COMMIT cleared .50 -\n"
        "     -> COMMIT cleared .51 -\n"
        "602  p REQUEST ask=.100\n"
        "     -> NAK\n"
        "602  q DISCOVER\n"
        "     -> OFFER .51\n");

TRANSCRIPT(test_shared_address, /* two interfaces of one machine */
        LAN "host wire mac=p address=.100\n"
            "host air mac=q address=.100\n"
            "0  p REQUEST server=.1 ask=.100\n"
            "   -> COMMIT granted .100 p reserved\n"
            "   -> ACK .100\n"
            "1  q DISCOVER\n" /* not while the other one has it */
            "   -> OFFER .101\n"
            "2  p RELEASE ciaddr=.100 unicast\n"
            "   -> COMMIT released .100 p\n"
            "3  q DISCOVER\n"
            "   -> OFFER .100\n");

TRANSCRIPT(test_one_host_in_two_subnets, /* each has its reservation */
        "link br0 192.168.1.1/24\n"
        "link br1 10.0.0.1/24\n"
        "pool lan 192.168.1.0/24 .100-.109\n"
        "pool lab 10.0.0.0/24 10.0.0.100-10.0.0.109\n"
        "host here mac=p address=.50\n"
        "host there mac=p address=10.0.0.50\n"
        "0  p DISCOVER on=br0\n"
        "   -> OFFER .50\n"
        "0  p DISCOVER on=br1\n"
        "   -> OFFER 10.0.0.50\n");

TRANSCRIPT(test_pool_of_a_host, /* it gets no other's addresses */
        "link br0 192.168.1.1/24\n"
        "pool low 192.168.1.0/24 .100-.109\n"
        "pool high 192.168.1.0/24 .200-.209\n"
        "host guest mac=p pool=high\n"
        "0  p DISCOVER ask=.100\n"
        "   -> OFFER .200\n"
        "0  a DISCOVER\n"
        "   -> OFFER .100\n"
        "0  p REQUEST ask=.101\n"
        "   -> NAK\n");

TRANSCRIPT(test_options_of_a_host, /* before the pool's */
        "link br0 192.168.1.1/24\n"
        "pool lan 192.168.1.0/24 .100-.109 option=6:c0a80135 option=15:6c616e file=a "
        "next-server=.7\n"
        "host pc mac=p option=6:08080808 lease=10min file=b option=42:01020304\n"
        "0  p DISCOVER want=6,15\n"
        "   -> OFFER .100 option=6:08080808 option=15:6c616e lease=600 file=b siaddr=.7\n"
        "0  p DISCOVER\n"
        "   -> OFFER .100 order=53,54,51,1,3,6,12,15,28,58,59,42\n"
        "0  a DISCOVER want=6,12\n"
        "   -> OFFER .101 option=6:c0a80135 no=12 lease=3600 file=a\n");

TRANSCRIPT(test_host_without_router, /* an empty Router= of a host is no router at all */
        "link br0 192.168.1.1/24\n"
        "pool lan 192.168.1.0/24 .100-.109 option=3:c0a801fe\n"
        "host pc mac=p no-router\n"
        "0  p DISCOVER want=3\n"
        "   -> OFFER .100 no=3\n"
        "0  a DISCOVER want=3\n"
        "   -> OFFER .101 option=3:c0a801fe\n");

TRANSCRIPT(test_deny, /* Deny=yes */
        LAN "host bad mac=p deny\n"
            "host worse id=ff:00:01 deny address=.101\n"
            "0  p DISCOVER\n"
            "   = denied\n"
            "0  p REQUEST server=.1 ask=.100\n"
            "   = denied\n"
            "0  q DISCOVER id=ff:00:01\n"
            "   = denied\n"
            "0  a DISCOVER\n"
            "   -> OFFER .100\n"
            "0  b DISCOVER\n"
            "   -> OFFER .101\n"); /* nothing is reserved for who is denied */

TRANSCRIPT(test_deny_lets_go, /* who has an address may give it back */
        LAN "0  load .100 bound p 9999\n"
            "pool lan 192.168.1.0/24 .100-.102\n"
            "host bad mac=p deny\n"
            "1  p REQUEST ciaddr=.100 unicast\n"
            "   = denied\n"
            "1  p RELEASE ciaddr=.100 server=.1 unicast\n"
            "   -> COMMIT released .100 p\n");

TRANSCRIPT(test_unknown_clients, /* UnknownClients=deny */
        "link br0 192.168.1.1/24\n"
        "link br1 10.0.0.1/24\n"
        "pool staff 192.168.1.0/24 .100-.109 unknown=deny\n"
        "pool lab 10.0.0.0/24 10.0.0.100-10.0.0.109\n"
        "host here mac=p\n"
        "host there mac=q address=10.0.0.50\n"
        "0  p DISCOVER\n"
        "   -> OFFER .100\n"
        "0  q DISCOVER\n" /* known, though reserved elsewhere */
        "   -> OFFER .101\n"
        "0  a DISCOVER\n"
        "   = unknown-client\n"
        "0  a REQUEST ask=.100\n"
        "   = unknown-client\n"
        "0  a DISCOVER on=br1\n"
        "   -> OFFER 10.0.0.100\n");

TRANSCRIPT(test_unknown_clients_of_one_pool, /* on a link that has another */
        "link br0 192.168.1.1/24\n"
        "pool staff 192.168.1.0/24 .100-.109 unknown=deny\n"
        "pool guests 192.168.1.0/24 .200-.209\n"
        "host here mac=p\n"
        "0  p DISCOVER\n"
        "   -> OFFER .100\n"
        "0  a DISCOVER ask=.100\n"
        "   -> OFFER .200\n"
        "0  a REQUEST ask=.101\n"
        "   -> NAK\n");

TRANSCRIPT(test_hosts_only, /* no ranges: nothing is exhausted, strangers are just not served */
        "link br0 192.168.1.1/24\n"
        "pool lan 192.168.1.0/24\n"
        "host printer mac=p address=.50\n"
        "0  a DISCOVER\n"
        "   = unknown-client\n"
        "0  p DISCOVER\n"
        "   -> OFFER .50\n"
        "0  a REQUEST ask=.51\n"
        "   -> NAK\n");

TRANSCRIPT(test_lease_time_of_a_host, /* beyond the pool's limits */
        "link br0 192.168.1.1/24\n"
        "pool lan 192.168.1.0/24 .100-.109 lease=10min max=20min min=5min\n"
        "host long mac=p lease=1d\n"
        "host short mac=q lease=1min\n"
        "host bounded mac=r max=15min\n"
        "0  p DISCOVER\n"
        "   -> OFFER .100 lease=86400\n"
        "0  p DISCOVER lease=7200\n"
        "   -> OFFER .100 lease=7200\n"
        "0  q DISCOVER\n"
        "   -> OFFER .101 lease=60\n"
        "0  r DISCOVER lease=1200\n"
        "   -> OFFER .102 lease=900\n"
        "0  a DISCOVER lease=7200\n"
        "   -> OFFER .103 lease=1200\n");

TRANSCRIPT(test_flags_follow_the_configuration, /* for leases that exist */
        LAN "0  load .100 bound p 9999\n"
            "   ? .100 bound p\n"
            "pool lan 192.168.1.0/24 .100-.102\n"
            "host printer mac=p address=.100\n"
            "1  tick\n"
            "   ? .100 bound p reserved\n"
            "   ? lan used=1 free=2\n");

TRANSCRIPT(test_pool_of_a_host_elsewhere, /* Pool= means that one and no other */
        "link br0 192.168.1.1/24\n"
        "link br1 192.168.2.1/24\n"
        "pool v1 192.168.1.0/24 .100-.109 unknown=deny\n"
        "pool v2 192.168.2.0/24 192.168.2.100-192.168.2.109 unknown=deny\n"
        "host one mac=p pool=v2\n"
        "host both mac=q\n"
        "host home mac=r address=192.168.2.50\n"
        "0  p DISCOVER on=br0\n"
        "   = unknown-client\n"
        "0  p REQUEST ask=.100 on=br0\n"
        "   = unknown-client\n"
        "0  p DISCOVER on=br1\n"
        "   -> OFFER 192.168.2.100\n"
        "0  q DISCOVER on=br0\n"
        "   -> OFFER .100\n"
        "0  q DISCOVER on=br1\n"
        "   -> OFFER 192.168.2.101\n"
        "0  r DISCOVER on=br0\n"
        "   -> OFFER .101\n"
        "0  r DISCOVER on=br1\n"
        "   -> OFFER 192.168.2.50\n");

TRANSCRIPT(
        test_said, /* what a client says of itself is remembered, and no offer is larger for it */
        "link br0 192.168.1.1/24\n"
        "pool lan 192.168.1.0/24 .100-.109\n"
        "host printer mac=p address=.50\n"
        "0  a DISCOVER name=laptop option=60:4d53 option=77:0161\n"
        "   -> OFFER .100\n"
        "   ? .100 offered a said=\n"
        "0  a REQUEST server=.1 ask=.100 name=laptop option=60:4d53 option=77:0161\n"
        "   -> COMMIT granted .100 a name=laptop\n"
        "   -> ACK .100\n"
        "   ? .100 bound a said=3c:02:4d:53:4d:02:01:61\n"
        /* a renewal without them takes nothing back, another class takes its place */
        "9  a REQUEST ciaddr=.100 unicast\n"
        "   -> COMMIT renewed .100 a\n"
        "   -> ACK .100\n"
        "   ? .100 bound a said=3c:02:4d:53:4d:02:01:61\n"
        "10 a REQUEST ciaddr=.100 unicast option=60:58\n"
        "   -> COMMIT renewed .100 a\n"
        "   -> ACK .100\n"
        "   ? .100 bound a said=3c:01:58\n"
        "11 undo 3\n"
        "   ? .100 bound a said=3c:02:4d:53:4d:02:01:61\n"
        /* its own name is kept where the host's is in its place */
        "12 p REQUEST ask=.50 name=HP12\n"
        "   -> COMMIT granted .50 p name=printer\n"
        "   -> ACK .50\n"
        "   ? .50 bound p name=printer said=0c:04:48:50:31:32\n"
        /* another client does not inherit it */
        "13 a RELEASE ciaddr=.100 unicast\n"
        "   -> COMMIT released .100 a\n"
        "   ? .100 released a said=3c:02:4d:53:4d:02:01:61\n"
        "14 b REQUEST ask=.100\n"
        "   -> COMMIT granted .100 b\n"
        "   -> ACK .100\n"
        "   ? .100 bound b said=\n");

TEST_MAIN("server-host", test_by_hardware, test_by_client_id, test_by_circuit,
        test_outside_the_range, test_without_its_pool, test_outside_of_its_pool,
        test_of_a_pool_that_is_not_there, test_take_over, test_no_take_over_without_reservation,
        test_reserved_address_in_use, test_host_moves_to_its_reservation,
        test_not_moved_before_the_quarantine_ends, test_shared_address,
        test_one_host_in_two_subnets, test_pool_of_a_host, test_pool_of_a_host_elsewhere,
        test_options_of_a_host, test_host_without_router, test_deny, test_deny_lets_go,
        test_unknown_clients, test_unknown_clients_of_one_pool, test_hosts_only,
        test_lease_time_of_a_host, test_flags_follow_the_configuration, test_said);

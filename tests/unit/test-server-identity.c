/* SPDX-License-Identifier: MIT */

/* Who a client is: client identifiers that two machines have, and pools that ignore them. */

#include "test.h"
#include "transcript.h"

#define LINK "link br0 192.168.1.1/24\n"
#define POOL LINK "pool lan 192.168.1.0/24 .100-.109 conflict=off\n"
#define IGNORING LINK "pool lan 192.168.1.0/24 .100-.109 conflict=off by-hardware\n"

TRANSCRIPT(
        test_moved_once, /* a card was replaced, or a copy was started: both are named, at info */
        POOL "0    a DISCOVER id=ff00000001 name=vm1\n"
             "     -> OFFER .100\n"
             "0    a REQUEST id=ff00000001 ask=.100 server=.1\n"
             "     -> COMMIT granted .100 a\n"
             "     -> ACK .100\n"
             "10   b DISCOVER id=ff00000001 name=vm2\n" /* a question changes nothing */
             "     -> OFFER .100\n"
             "10   b REQUEST id=ff00000001 ask=.100 server=.1\n"
             "     -> COMMIT renewed .100 b\n"
             "     -> NOTICE other-hardware .100 b\n"
             "     -> ACK .100\n"
             "1800 b REQUEST id=ff00000001 ciaddr=.100 unicast to=.1\n" /* it stays there */
             "     -> COMMIT renewed .100 b\n"
             "     -> ACK .100\n");

TRANSCRIPT(test_clones, /* once, however often they take turns */
        POOL "0  a REQUEST id=ff00000001 ask=.100\n"
             "   -> COMMIT granted .100 a\n"
             "   -> ACK .100\n"
             "1  b REQUEST id=ff00000001 ask=.100\n"
             "   -> COMMIT renewed .100 b\n"
             "   -> NOTICE other-hardware .100 b\n"
             "   -> ACK .100\n"
             "2  a REQUEST id=ff00000001 ask=.100\n"
             "   -> COMMIT renewed .100 a\n"
             "   -> NOTICE clone .100 a\n"
             "   -> ACK .100\n"
             "3  b REQUEST id=ff00000001 ask=.100\n"
             "   -> COMMIT renewed .100 b\n"
             "   -> ACK .100\n"
             "4  a REQUEST id=ff00000001 ask=.100\n"
             "   -> COMMIT renewed .100 a\n"
             "   -> ACK .100\n"
             "5  c REQUEST id=ff00000002 ask=.101\n" /* another pair of them */
             "   -> COMMIT granted .101 c\n"
             "   -> ACK .101\n"
             "6  d REQUEST id=ff00000002 ask=.101\n"
             "   -> COMMIT renewed .101 d\n"
             "   -> NOTICE other-hardware .101 d\n"
             "   -> ACK .101\n"
             "7  c REQUEST id=ff00000002 ask=.101\n"
             "   -> COMMIT renewed .101 c\n"
             "   -> NOTICE clone .101 c\n"
             "   -> ACK .101\n");

TRANSCRIPT(test_no_clone, /* not at the same time */
        POOL "0    a REQUEST id=ff00000001 ask=.100 lease=60\n"
             "     -> COMMIT granted .100 a\n"
             "     -> ACK .100\n"
             "10   a RELEASE id=ff00000001 ciaddr=.100 server=.1\n"
             "     -> COMMIT released .100 a\n"
             "11   b REQUEST id=ff00000001 ask=.100\n"
             "     -> COMMIT granted .100 b\n"
             "     -> ACK .100\n"
             "12   b REQUEST id=ff00000001 ask=.100\n"
             "     -> COMMIT renewed .100 b\n"
             "     -> ACK .100\n");

TRANSCRIPT(test_clones_get_their_own, /* ClientIdentifier=ignore */
        IGNORING "0  a DISCOVER id=ff00000001 want=1\n"
                 "   -> OFFER .100 option=61:ff00000001\n" /* RFC 6842 */
                 "0  a REQUEST id=ff00000001 ask=.100 server=.1\n"
                 "   -> COMMIT granted .100 a id=01:02000000000a\n"
                 "   -> ACK .100 option=61:ff00000001\n"
                 "1  b DISCOVER id=ff00000001\n"
                 "   -> OFFER .101\n"
                 "1  b REQUEST id=ff00000001 ask=.101 server=.1\n"
                 "   -> COMMIT granted .101 b id=01:02000000000b\n"
                 "   -> ACK .101\n"
                 "2  a REQUEST id=ff00000001 ciaddr=.100 unicast to=.1\n"
                 "   -> COMMIT renewed .100 a\n"
                 "   -> ACK .100\n"
                 "3  a REQUEST id=eeeeee ask=.100\n" /* the next system of the same machine */
                 "   -> COMMIT renewed .100 a id=01:02000000000a\n"
                 "   -> ACK .100 option=61:eeeeee\n"
                 "4  a DISCOVER\n" /* and one that sends none */
                 "   -> OFFER .100\n"
                 "5  a RELEASE id=abcd ciaddr=.100 server=.1\n"
                 "   -> COMMIT released .100 a\n");

TRANSCRIPT(test_without_hardware_address, /* who has no other name goes by its identifier */
        IGNORING "0  a DISCOVER id=ff00000001 hlen=0 flags=0x8000\n"
                 "   -> OFFER .100\n"
                 "0  a REQUEST id=ff00000001 hlen=0 flags=0x8000 ask=.100 server=.1\n"
                 "   -> COMMIT granted .100 id=ff00000001\n"
                 "   -> ACK .100\n"
                 "0  a DISCOVER id=ff00000002 hlen=0 flags=0x8000\n"
                 "   -> OFFER .101\n");

TRANSCRIPT(test_leases_of_before, /* made while the identifier counted */
        POOL "0  a REQUEST id=ff00000001 ask=.100\n"
             "   -> COMMIT granted .100 a id=ff00000001\n"
             "   -> ACK .100\n"
             "0  b REQUEST id=ff00000002 ask=.105\n"
             "   -> COMMIT granted .105 b\n"
             "   -> ACK .105\n"
             "0  b RELEASE id=ff00000002 ciaddr=.105 server=.1\n"
             "   -> COMMIT released .105 b\n"
             "pool lan 192.168.1.0/24 .100-.109 conflict=off by-hardware\n"
             "1  a DISCOVER id=eeee\n"
             "   -> OFFER .100\n"
             "2  a REQUEST id=ff00000001 ciaddr=.100 unicast to=.1\n"
             "   -> COMMIT renewed .100 a id=01:02000000000a\n"
             "   -> ACK .100\n"
             "3  a REQUEST id=ff00000001 ciaddr=.100 unicast to=.1\n"
             "   -> COMMIT renewed .100 a id=01:02000000000a\n"
             "   -> ACK .100\n"
             "4  b DISCOVER id=eeee\n" /* its favourite */
             "   -> OFFER .105\n"
             "4  b REQUEST id=eeee ask=.105 server=.1\n"
             "   -> COMMIT granted .105 b id=01:02000000000b\n"
             "   -> ACK .105\n"
             "5  c REQUEST id=ff00000001 ask=.100\n" /* the identifier is worth nothing */
             "   -> NAK\n");

TRANSCRIPT(test_several_leases_of_before, /* of two systems on one machine: one is left */
        POOL "0  a REQUEST id=ff00000001 ask=.100\n"
             "   -> COMMIT granted .100 a\n"
             "   -> ACK .100\n"
             "1  a REQUEST id=ff00000002 ask=.101\n"
             "   -> COMMIT granted .101 a\n"
             "   -> ACK .101\n"
             "pool lan 192.168.1.0/24 .100-.109 conflict=off by-hardware\n"
             "2  a REQUEST id=ff00000001 ciaddr=.100 unicast to=.1\n"
             "   -> COMMIT renewed .100 a id=01:02000000000a\n"
             "   -> COMMIT released .101 a\n"
             "   -> ACK .100\n"
             "3  a REQUEST id=ff00000002 ask=.101\n"
             "   -> NAK\n"
             "3  a DISCOVER id=ff00000002\n"
             "   -> OFFER .100\n");

TRANSCRIPT(test_host_by_client_id, /* is known by it all the same */
        IGNORING "host pc id=ff00000001 address=.50\n"
                 "0  a DISCOVER id=ff00000001\n"
                 "   -> OFFER .50\n"
                 "0  a REQUEST id=ff00000001 ask=.50 server=.1\n"
                 "   -> COMMIT granted .50 a id=01:02000000000a\n"
                 "   -> ACK .50\n"
                 "1  a REQUEST id=ff00000001 ciaddr=.50 unicast to=.1\n"
                 "   -> COMMIT renewed .50 a\n"
                 "   -> ACK .50\n"
                 "2  b DISCOVER\n"
                 "   -> OFFER .100\n");

TRANSCRIPT(test_by_the_pool, /* of the network that the message is for */
        LINK "link eth1 10.0.0.1/24\n"
             "pool lan 192.168.1.0/24 .100-.109 conflict=off by-hardware\n"
             "pool lab 10.0.0.0/24 10.0.0.100-10.0.0.109 conflict=off\n"
             "0  a REQUEST id=ff00000001 ask=.100 on=br0\n"
             "   -> COMMIT granted .100 a id=01:02000000000a\n"
             "   -> ACK .100\n"
             "0  a REQUEST id=ff00000001 ask=10.0.0.100 on=eth1\n"
             "   -> COMMIT granted 10.0.0.100 a id=ff00000001\n"
             "   -> ACK 10.0.0.100\n"
             "1  a REQUEST id=ff00000001 ciaddr=.100 unicast to=.1 on=br0\n"
             "   -> COMMIT renewed .100 a id=01:02000000000a\n"
             "   -> ACK .100\n");

TEST_MAIN("server-identity", test_moved_once, test_clones, test_no_clone, test_clones_get_their_own,
        test_without_hardware_address, test_leases_of_before, test_several_leases_of_before,
        test_host_by_client_id, test_by_the_pool);

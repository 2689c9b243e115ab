/* SPDX-License-Identifier: MIT */

/* Two servers of one network: which address of ours is the server's, and addresses that the other
 * gives out. */

#include "test.h"
#include "transcript.h"

TRANSCRIPT(test_virtual_addresses, /* keepalived: the main one of the subnet is the server's */
        "link br0 192.168.1.254/32 192.168.1.2/24 192.168.1.3/24\n"
        "pool lan 192.168.1.0/24 .100-.109 conflict=off\n"
        "0  a DISCOVER want=3\n"
        "   -> OFFER .100 server=.2 option=3:c0a80102 source=.2\n"
        "0  a REQUEST ask=.100 server=.2 want=3\n"
        "   -> COMMIT granted .100 a\n"
        "   -> ACK .100 server=.2\n"
        "1  a REQUEST ciaddr=.100 server=.254 unicast to=.254\n" /* it compares */
        "   -> COMMIT renewed .100 a\n"
        "   -> ACK .100 server=.254\n");

TRANSCRIPT(test_main_address, /* of the subnet's length, else any that is more than itself */
        "link br0 192.168.1.254/32 192.168.1.2/25 192.168.1.3/24 192.168.1.4/24\n"
        "pool lan 192.168.1.0/24 .100-.109 conflict=off\n"
        "0  a DISCOVER\n"
        "   -> OFFER .100 server=.3\n"
        "no-links\n"
        "link br0 192.168.1.254/32 192.168.1.2/25\n"
        "1  a DISCOVER\n"
        "   -> OFFER .100 server=.2\n"
        "no-links\n"
        "link br0 192.168.1.254/32\n"
        "2  a DISCOVER\n"
        "   -> OFFER .100 server=.254\n");

TRANSCRIPT(test_server_address, /* ServerAddress= */
        "link br0 192.168.1.2/24 192.168.1.254/32\n"
        "link eth1 10.0.0.1/24\n"
        "pool lan 192.168.1.0/24 .100-.109 conflict=off as=.254\n"
        "pool lab 10.0.0.0/24 10.0.0.100-10.0.0.109 conflict=off as=192.168.1.2\n"
        "0  a DISCOVER want=3 on=br0\n"
        "   -> OFFER .100 server=.254 option=3:c0a801fe\n"
        "0  b DISCOVER want=3 on=eth1\n" /* of another link of ours; no router there */
        "   -> OFFER 10.0.0.100 server=192.168.1.2 no=3\n");

TRANSCRIPT(test_server_address_of_another, /* is not told to anybody, and a warning says so once */
        "link br0 192.168.1.2/24\n"
        "pool lan 192.168.1.0/24 .100-.109 conflict=off as=.254\n"
        "0  a DISCOVER\n"
        "   -> NOTICE server-address .254\n"
        "   -> OFFER .100 server=.2\n"
        "0  b DISCOVER\n"
        "   -> OFFER .101 server=.2\n"
        "no-links\n"
        "link br0 192.168.1.2/24 192.168.1.254/32\n"
        "1  a DISCOVER\n"
        "   -> OFFER .100 server=.254\n"
        "no-links\n"
        "link br0 192.168.1.2/24\n"
        "2  a DISCOVER\n"
        "   -> NOTICE server-address .254\n"
        "   -> OFFER .100 server=.2\n");

#define LINK "link br0 192.168.1.1/24\n"
#define SHARED LINK "pool lan 192.168.1.0/24 .100-.109 other=.110-.119 other=.150 conflict=off\n"

TRANSCRIPT(test_other_range, /* a client of the other server hears nothing, in whatever state */
        SHARED "0  a REQUEST ask=.110\n"
               "   = other-range\n"
               "0  a REQUEST ask=.150\n"
               "   = other-range\n"
               "0  a REQUEST ciaddr=.119 unicast to=.1\n"
               "   = other-range\n"
               "0  a REQUEST ciaddr=.119\n"
               "   = other-range\n"
               "0  a REQUEST ask=.110 server=.1\n"
               "   = other-range\n"
               "0  a REQUEST ask=.120\n" /* nobody's */
               "   -> NAK\n"
               "0  a DECLINE ask=.110 server=.1\n"
               "   = not-owner\n"
               "0  a RELEASE ciaddr=.110\n"
               "   = not-owner\n");

TRANSCRIPT(test_other_range_relayed,
        "link eth0 10.0.0.1/24\n"
        "pool far 172.16.5.0/24 172.16.5.10-172.16.5.19 other=172.16.5.20-172.16.5.29\n"
        "0  a REQUEST ciaddr=172.16.5.20 giaddr=172.16.5.1\n"
        "   = other-range\n"
        "0  a REQUEST ask=172.16.5.29 giaddr=172.16.5.1\n"
        "   = other-range\n"
        "0  a REQUEST ciaddr=172.16.5.20 from=172.16.5.20 unicast to=10.0.0.1\n"
        "   = other-range\n");

TRANSCRIPT(test_a_lease_at_each, /* who has one here and asks for the other's is not refused */
        SHARED "0  a REQUEST ask=.100\n"
               "   -> COMMIT granted .100 a\n"
               "   -> ACK .100\n"
               "1  a REQUEST ask=.110\n"
               "   = other-range\n");

TRANSCRIPT(
        test_new_clients_of_both, /* who asks anybody is offered one of ours, whatever it wishes */
        SHARED "0  a DISCOVER ask=.110\n"
               "   -> OFFER .100\n"
               "0  a REQUEST ask=.110 server=.2\n" /* the other's; by agreement, so no rogue */
               "   = offer-withdrawn\n"
               "0  b INFORM ciaddr=.110 from=.110\n" /* RFC 2131 4.3.5 */
               "   -> ACK 0.0.0.0\n");

TRANSCRIPT(test_never_given_out, /* also where a range holds it */
        LINK "pool lan 192.168.1.0/24 .100-.102 other=.101-.199\n"
             "0  a DISCOVER ask=.101\n"
             "   -> OFFER .100\n"
             "0  a REQUEST ask=.100 server=.1\n"
             "   -> COMMIT granted .100 a\n"
             "   -> NOTICE nearly-full lan\n"
             "   -> ACK .100\n"
             "0  b DISCOVER\n"
             "   -> NOTICE exhausted lan\n"
             "   = pool-exhausted\n");

TEST_MAIN("server-neighbour", test_virtual_addresses, test_main_address, test_server_address,
        test_server_address_of_another, test_other_range, test_other_range_relayed,
        test_a_lease_at_each, test_new_clients_of_both, test_never_given_out);

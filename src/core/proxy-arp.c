/* SPDX-License-Identifier: MIT */

/* A small table of suspects. Sends nothing, ends no quarantine. */

#include "core/proxy-arp.h"

#include <assert.h>
#include <string.h>

#include "basic/macro.h"

void proxy_echo_hardware(Ipv4Prefix subnet, uint8_t ret[static ETHERNET_ADDRESS_SIZE]) {
        const ipv4_t network = ipv4_prefix_network(subnet);

        memset(ret, 0, ETHERNET_ADDRESS_SIZE);
        memcpy(ret, &network, sizeof(network));
        ret[sizeof(network)] = subnet.length;
}

ProxySuspect *proxy_table_find(
        ProxyTable *table, uint32_t ifindex, const uint8_t hardware[static ETHERNET_ADDRESS_SIZE]) {
        for (size_t i = 0; i < PROXY_SUSPECTS_MAX; i++) {
                ProxySuspect *suspect = &table->suspects[i];

                if (suspect->ifindex != 0 && suspect->ifindex == ifindex &&
                        memcmp(suspect->hardware, hardware, ETHERNET_ADDRESS_SIZE) == 0)
                        return suspect;
        }
        return NULL;
}

Ipv4Prefix proxy_echo_subnet(const uint8_t hardware[static ETHERNET_ADDRESS_SIZE]) {
        Ipv4Prefix subnet = {.length = hardware[sizeof(subnet.address)]};

        memcpy(&subnet.address, hardware, sizeof(subnet.address));
        return subnet;
}

static bool suspect_is_asked_for(const ProxySuspect *suspect, ipv4_t address) {
        for (size_t i = 0; i < suspect->n_tests; i++)
                if (suspect->tests[i] == address)
                        return true;
        return false;
}

ProxySuspect *proxy_table_find_test(
        ProxyTable *table, uint32_t ifindex, ipv4_t address, usec_t now) {
        for (size_t i = 0; i < PROXY_SUSPECTS_MAX; i++) {
                ProxySuspect *suspect = &table->suspects[i];

                if (suspect->ifindex == ifindex && proxy_suspect_is_tested(suspect, now) &&
                        suspect_is_asked_for(suspect, address))
                        return suspect;
        }
        return NULL;
}

bool proxy_suspect_is_tested(const ProxySuspect *suspect, usec_t now) {
        return suspect && now < usec_add(suspect->tested, PROXY_TEST_USEC);
}

ProxyTrust proxy_suspect_judge(ProxySuspect *suspect, usec_t now) {
        if (!suspect || suspect->distrusted_until == 0)
                return PROXY_TRUSTED;
        if (now < suspect->distrusted_until)
                return PROXY_DISTRUSTED;
        if (suspect->tested < suspect->distrusted_until || proxy_suspect_is_tested(suspect, now))
                return PROXY_DOUBTED;
        suspect->distrusted_until = 0;
        suspect->told = false;
        return PROXY_TRUSTED;
}

bool proxy_suspect_is_due(const ProxySuspect *suspect, usec_t now) {
        usec_t wait = PROXY_TEST_AGAIN_USEC;

        if (!suspect)
                return true;
        for (uint8_t i = 0; i < suspect->n_passed && wait < PROXY_TEST_AGAIN_MAX_USEC; i++)
                wait *= 2;
        return now >= usec_add(suspect->tested, MIN(wait, PROXY_TEST_AGAIN_MAX_USEC));
}

/* A free place, else that of the trusted suspect whose test is longest ago, else that of the proxy
 * whose hour is over first. */
static ProxySuspect *find_place(ProxyTable *table) {
        ProxySuspect *place = table->suspects;

        for (size_t i = 0; i < PROXY_SUSPECTS_MAX; i++) {
                ProxySuspect *suspect = &table->suspects[i];

                if (suspect->ifindex == 0)
                        return suspect;
                if (suspect->distrusted_until < place->distrusted_until ||
                        (suspect->distrusted_until == place->distrusted_until &&
                                suspect->tested < place->tested))
                        place = suspect;
        }
        return place;
}

void proxy_table_begin(ProxyTable *table, uint32_t ifindex,
        const uint8_t hardware[static ETHERNET_ADDRESS_SIZE], const ipv4_t *tests, size_t n_tests,
        usec_t now) {
        ProxySuspect *suspect = proxy_table_find(table, ifindex, hardware);

        if (!suspect) {
                suspect = find_place(table);
                *suspect = (ProxySuspect){.ifindex = ifindex};
                memcpy(suspect->hardware, hardware, ETHERNET_ADDRESS_SIZE);
        } else if (suspect->distrusted_until == 0 && suspect->n_passed < UINT8_MAX)
                suspect->n_passed++;
        assert(n_tests <= ELEMENTSOF(suspect->tests));
        memcpy(suspect->tests, tests, n_tests * sizeof(*tests));
        suspect->n_tests = (uint8_t) n_tests;
        memset(suspect->answered, 0, sizeof(suspect->answered));
        suspect->tested = now;
}

void proxy_table_reopen(ProxyTable *table) {
        for (size_t i = 0; i < PROXY_SUSPECTS_MAX; i++)
                if (table->suspects[i].distrusted_until != 0)
                        table->suspects[i].unfinished = table->unfinished = true;
}

ProxyAnswer proxy_suspect_answer(ProxySuspect *suspect, ipv4_t address, usec_t now) {
        bool asked = false, all = true;

        if (!proxy_suspect_is_tested(suspect, now))
                return PROXY_ANSWER_UNASKED;
        for (size_t i = 0; i < suspect->n_tests; i++) {
                if (suspect->tests[i] == address)
                        asked = suspect->answered[i] = true;
                all = all && suspect->answered[i];
        }
        if (!asked)
                return PROXY_ANSWER_UNASKED;
        if (!all)
                return PROXY_ANSWER_COUNTED;
        /* an answer that comes twice proves nothing more */
        if (now < suspect->distrusted_until)
                return PROXY_ANSWER_COUNTED;
        suspect->distrusted_until = usec_add(now, PROXY_DISTRUST_USEC);
        suspect->n_passed = 0;
        return PROXY_ANSWER_PROOF;
}

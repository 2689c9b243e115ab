/* SPDX-License-Identifier: MIT */
/* The sentences. Each names the cause, then the remedy. */

#include "dns-update/event.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "basic/time.h"
#include "dns-update/message.h"

static int format_clock(const DnsEvent *event, char **ret) {
        const uint64_t seconds = (uint64_t) llabs(event->clock_ahead);
        char span[TIMESPAN_STRING_MAX];

        return asprintf(ret,
                "%s: the clock of the DNS server %s is %s %s this machine's; signatures hold for 5 "
                "minutes. Set both clocks (timedatectl shows whether they are synchronized)",
                event->zone, event->server, timespan_format(seconds * USEC_PER_SEC, span),
                event->clock_ahead < 0 ? "behind" : "ahead of");
}

/* Knot does not sign that it has no such zone; PowerDNS refuses a wrong key, and a wrong time, with
 * nothing but that. */
static int format_unsigned(const DnsEvent *event, char **ret) {
        if (event->rcode == DNS_NOTAUTH)
                return asprintf(ret,
                        "%s: the DNS server %s does not have this zone, it seems (NOTAUTH, not "
                        "signed). Compare Zone= with the zones there",
                        event->zone, event->server);
        return asprintf(ret,
                "%s: the DNS server %s answers %s and does not sign it: the key '%s' is another "
                "one "
                "there, or may not update the zone, or the clocks differ. Compare all three",
                event->zone, event->server, dns_rcode_to_string(event->rcode),
                event->key ? event->key : "");
}

static int format_key(const DnsEvent *event, char **ret) {
        const char *key = event->key ? event->key : "";

        if (event->trouble == DNS_TROUBLE_BADKEY)
                return asprintf(ret,
                        "%s: the DNS server %s says that it has no key '%s' of this algorithm "
                        "(BADKEY). Give it the key, or KeyFile= its key",
                        event->zone, event->server, key);
        if (event->trouble == DNS_TROUBLE_BADSIG)
                return asprintf(ret,
                        "%s: the DNS server %s says that its key '%s' has another secret (BADSIG). "
                        "Copy the key from there",
                        event->zone, event->server, key);
        if (event->trouble == DNS_TROUBLE_UNSIGNED)
                return format_unsigned(event, ret);
        return asprintf(ret,
                "%s: an answer in the name of the DNS server %s has a wrong signature and "
                "is not believed. Compare the secret of '%s' here and there",
                event->zone, event->server, key);
}

static int format_trouble(const DnsEvent *event, char **ret) {
        switch (event->trouble) {
        case DNS_TROUBLE_NONE:
        case DNS_TROUBLE_MAX:
                break;
        case DNS_TROUBLE_SILENCE:
                return asprintf(ret,
                        "%s: the DNS server %s does not answer. Look whether it runs, and whether "
                        "a firewall is between; updates are kept and tried again",
                        event->zone, event->server);
        case DNS_TROUBLE_UNREACHABLE:
                return asprintf(ret,
                        "%s: the DNS server %s cannot be reached: %s. Updates are kept and tried "
                        "again",
                        event->zone, event->server, strerror(-event->error));
        case DNS_TROUBLE_SERVFAIL:
                return asprintf(ret,
                        "%s: the DNS server %s cannot update the zone (SERVFAIL). Its own journal "
                        "has the reason, often that it may not write the zone's file",
                        event->zone, event->server);
        case DNS_TROUBLE_REFUSED:
                return asprintf(ret,
                        "%s: the DNS server %s refuses the update of %s (REFUSED). Let the key "
                        "'%s' update A, PTR and DHCID there",
                        event->zone, event->server, event->name, event->key ? event->key : "none");
        case DNS_TROUBLE_NOTAUTH:
                return asprintf(ret,
                        "%s: the DNS server %s does not have this zone (NOTAUTH). Compare Zone= "
                        "with the zones there",
                        event->zone, event->server);
        case DNS_TROUBLE_BADKEY:
        case DNS_TROUBLE_BADSIG:
        case DNS_TROUBLE_UNSIGNED:
        case DNS_TROUBLE_FORGED:
                return format_key(event, ret);
        case DNS_TROUBLE_BADTIME:
        case DNS_TROUBLE_OLD_ANSWER:
                return format_clock(event, ret);
        case DNS_TROUBLE_RCODE:
                return asprintf(ret, "%s: the DNS server %s answers the update of %s with %s",
                        event->zone, event->server, event->name, dns_rcode_to_string(event->rcode));
        case DNS_TROUBLE_SIZE:
                return asprintf(ret, "%s: the update of %s does not fit in a message", event->zone,
                        event->name);
        }
        return asprintf(ret, "%s: updates fail", event->zone);
}

int dns_event_format(const DnsEvent *event, char **ret) {
        char address[IPV4_STRING_MAX];
        char *text = NULL;
        int r = -1;

        switch (event->type) {
        case DNS_EVENT_CONFLICT:
                r = asprintf(&text,
                        "%s is in the DNS already and not this lease's (%s), so it is left as it "
                        "is. Give the host another name, or remove the old one from the zone",
                        event->name, ipv4_format(event->address, address));
                break;
        case DNS_EVENT_TROUBLE:
                r = format_trouble(event, &text);
                break;
        case DNS_EVENT_RECOVERED:
                r = asprintf(&text, "%s: the DNS server %s takes updates again", event->zone,
                        event->server);
                break;
        case DNS_EVENT_SETTLED:
                r = asprintf(&text, "the DNS server %s has all names", event->server);
                break;
        case DNS_EVENT_LOG:
                r = asprintf(&text,
                        "what is in the DNS cannot be written down: %s. Nothing is sent to the DNS "
                        "server until it can",
                        strerror(-event->error));
                break;
        }
        if (r < 0)
                return -ENOMEM;
        *ret = text;
        return 0;
}

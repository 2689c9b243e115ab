/* SPDX-License-Identifier: MIT */

#include "names/naming.h"

#include <stdlib.h>
#include <string.h>

#include "basic/text.h"

typedef struct Text {
        const char *data;
        size_t size;
} Text;

static Text get_text(FollowRecord record, FollowTag tag) {
        const uint8_t *value;
        const size_t size = follow_record_get(record, tag, &value);

        return (Text){(const char *) value, size};
}

void naming_rules_done(NamingRules *rules) {
        free(rules->local_domain);
        (void) strv_free(rules->reserved);
        *rules = (NamingRules){0};
}

static void choose_domain(const NamingRules *rules, const Domains *domains, FollowRecord lease,
        FollowRecord host, Naming *naming) {
        const Text own = get_text(host, FOLLOW_DOMAIN), pool = get_text(lease, FOLLOW_POOL);
        const char *domain = NULL;

        if (own.size > 0 && name_make(own.data, own.size, naming->domain))
                return;
        if (pool.size > 0)
                domain = domains_find(domains, pool.data, pool.size);
        if (!domain)
                domain = rules->local_domain;
        if (domain)
                memcpy(naming->domain, domain, strlen(domain) + 1);
}

/* A name as an administrator writes it: with dots it is whole. */
static bool make_configured(Text text, const char *domain, char ret[static NAME_SIZE]) {
        char name[NAME_SIZE];

        if (!name_make(text.data, text.size, name))
                return false;
        if (!strchr(name, '.'))
                return name_join(name, domain, ret);
        memcpy(ret, name, strlen(name) + 1);
        return true;
}

static void add_aliases(FollowRecord host, Naming *naming) {
        const Text all = get_text(host, FOLLOW_ALIASES);

        for (const char *p = all.data, *end = p + all.size;
                p < end && naming->n_aliases < NAMING_ALIASES_MAX;
                p += strnlen(p, (size_t) (end - p)) + 1)
                if (make_configured((Text){p, strnlen(p, (size_t) (end - p))}, naming->domain,
                            naming->aliases[naming->n_aliases]))
                        naming->n_aliases++;
}

static LabelVerdict name_client(const NamingRules *rules, Text text, Naming *naming) {
        char label[LABEL_SIZE];
        LabelVerdict verdict;

        verdict = label_make(text.data, text.size, label);
        if (verdict != LABEL_GOOD)
                return verdict;
        if (label_is_reserved(label, rules->reserved))
                return LABEL_RESERVED;
        if (rules->generated_names && label_is_generated(label))
                return LABEL_GENERATED;
        return name_join(label, naming->domain, naming->name) ? LABEL_GOOD : LABEL_LONG;
}

static LabelVerdict name_host(FollowRecord host, Text text, Naming *naming) {
        char label[LABEL_SIZE];
        LabelVerdict verdict;

        naming->is_configured = true;
        add_aliases(host, naming);
        if (make_configured(text, naming->domain, naming->name))
                return LABEL_GOOD;
        /* the title of the section may be something else than a host name */
        verdict = label_make(text.data, text.size, label);
        if (verdict != LABEL_GOOD)
                return verdict;
        return name_join(label, naming->domain, naming->name) ? LABEL_GOOD : LABEL_LONG;
}

void naming_make(const NamingRules *rules, const Domains *domains, FollowRecord lease,
        FollowRecord host, Naming *ret) {
        char label[LABEL_SIZE];
        ipv4_t address;
        const uint8_t *key;
        Text text;

        memset(ret, 0, offsetof(Naming, aliases));
        ret->n_aliases = 0;
        ret->verdict = LABEL_GOOD;
        if (!lease.data || follow_record_get_number(lease, FOLLOW_STATE) != FOLLOW_STATE_BOUND ||
                follow_record_get(lease, FOLLOW_KEY, &key) != sizeof(address))
                return;
        memcpy(&address, key, sizeof(address));
        choose_domain(rules, domains, lease, host, ret);
        text = get_text(host.data ? host : lease, FOLLOW_HOSTNAME);
        if (host.data)
                ret->verdict = name_host(host, text, ret);
        else if (text.size > 0)
                ret->verdict = name_client(rules, text, ret);
        if (!rules->generated_names)
                return;
        label_generate(address, label);
        if (!name_join(label, ret->domain, ret->generated))
                *ret->generated = '\0';
}

/* SPDX-License-Identifier: MIT */
/* What becomes of the names that clients and administrators write. */

#include "names/label.h"
#include "names/naming.h"
#include "test.h"

typedef struct LabelCase {
        const char *text;
        LabelVerdict verdict;
        const char *label;
} LabelCase;

#define X63 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const LabelCase label_cases[] = {
        {"laptop", LABEL_GOOD, "laptop"},
        {"LapTop", LABEL_GOOD, "laptop"},
        {"laptop.example.org", LABEL_GOOD, "laptop"},
        {"Ann's iPhone", LABEL_GOOD, "anns-iphone"},
        {"ANN_PC", LABEL_GOOD, "ann-pc"},
        {"a - b", LABEL_GOOD, "a-b"},
        {"a--b", LABEL_GOOD, "a--b"},
        {"xn--bcher-kva", LABEL_GOOD, "xn--bcher-kva"},
        {"-a-", LABEL_GOOD, "a"},
        {"__a__", LABEL_GOOD, "a"},
        {"J\303\266rgs PC", LABEL_GOOD, "j-rgs-pc"},
        {"\303\266\303\266x", LABEL_GOOD, "x"},
        {"pc\\xff\\xfe1", LABEL_GOOD, "pc-1"},
        {"3com", LABEL_GOOD, "3com"},
        {"a;rm -rf", LABEL_GOOD, "arm-rf"},
        {X63, LABEL_GOOD, X63},
        {X63 "_", LABEL_GOOD, X63},
        {X63 "x", LABEL_LONG, NULL},
        {X63 X63 X63 X63 X63, LABEL_LONG, NULL},
        {"", LABEL_EMPTY, NULL},
        {".example.org", LABEL_EMPTY, NULL},
        {"---", LABEL_EMPTY, NULL},
        {"\346\227\245\346\234\254", LABEL_EMPTY, NULL},
        {"!?", LABEL_EMPTY, NULL},
        {"12345", LABEL_NUMBER, NULL},
        {"192.168.1.1", LABEL_NUMBER, NULL},
        {"0xc0a80101", LABEL_NUMBER, NULL},
        {"0xcafe-1", LABEL_GOOD, "0xcafe-1"},
};

START_TEST(test_labels)
{
        for (size_t i = 0; i < ELEMENTSOF(label_cases); i++) {
                const LabelCase *c = &label_cases[i];
                char label[LABEL_SIZE] = "untouched";
                LabelVerdict verdict = label_make(c->text, strlen(c->text), label);

                ck_assert_msg(verdict == c->verdict, "\"%s\": %s", c->text,
                        label_verdict_to_string(verdict));
                ck_assert_str_eq(label, c->label ? c->label : "untouched");
        }
}
END_TEST

START_TEST(test_reserved)
{
        char *others[] = {(char[]){"router"}, NULL};

        ck_assert(label_is_reserved("localhost", NULL));
        ck_assert(label_is_reserved("wpad", others));
        ck_assert(label_is_reserved("isatap", NULL));
        ck_assert(label_is_reserved("router", others));
        ck_assert(!label_is_reserved("router", NULL));
        ck_assert(!label_is_reserved("localhost1", NULL));
}
END_TEST

START_TEST(test_generated)
{
        char label[LABEL_SIZE];

        label_generate(0xc0a80165, label);
        ck_assert_str_eq(label, "dhcp-192-168-1-101");
        ck_assert(label_is_generated(label));
        ck_assert(label_is_generated("dhcp-10-0-0-1"));
        ck_assert(!label_is_generated("dhcp-10-0-0"));
        ck_assert(!label_is_generated("dhcp-10-0-0-256"));
        ck_assert(!label_is_generated("dhcp-server"));
        ck_assert(!label_is_generated("dhcp"));
        ck_assert(!label_is_generated("dhcp-192-168-1-101-and-much-more"));
}
END_TEST

typedef struct NameCase {
        const char *text;
        const char *name; /* NULL = it is none */
} NameCase;

static const NameCase name_cases[] = {
        {"Example.ORG", "example.org"},
        {"example.org.", "example.org"},
        {"a_b.lan", "a_b.lan"},
        {"lan", "lan"},
        {X63 ".lan", X63 ".lan"},
        {X63 "x.lan", NULL},
        {X63 "." X63 "." X63 "." X63, NULL},
        {"", NULL},
        {".", NULL},
        {"a..b", NULL},
        {".a", NULL},
        {"a b", NULL},
        {"\303\266", NULL},
};

START_TEST(test_names)
{
        for (size_t i = 0; i < ELEMENTSOF(name_cases); i++) {
                const NameCase *c = &name_cases[i];
                char name[NAME_SIZE] = "";

                ck_assert_msg(name_make(c->text, strlen(c->text), name) == (c->name != NULL), "%s",
                        c->text);
                ck_assert_str_eq(name, c->name ? c->name : "");
        }
}
END_TEST

START_TEST(test_join)
{
        char name[NAME_SIZE], domain[NAME_SIZE];

        ck_assert(name_join("a", "example.org", name));
        ck_assert_str_eq(name, "a.example.org");
        ck_assert(name_join("a", "", name));
        ck_assert_str_eq(name, "a");
        ck_assert(name_join("a", NULL, name));
        ck_assert_str_eq(name, "a");
        memset(domain, 'x', sizeof(domain));
        domain[251] = '\0';
        ck_assert(name_join("a", domain, name));
        ck_assert_uint_eq(strlen(name), 253);
        ck_assert(!name_join("ab", domain, name));
}
END_TEST

/* A lease and its host, and what the client is called. Texts are NULL for what is not there. */
typedef struct NamingCase {
        const char *about;
        const char *sent;
        const char *pool;
        const char *host;  /* Hostname= */
        const char *alias; /* two at most, separated by a blank */
        const char *host_domain;
        const char *name;
        const char *aliases; /* separated by blanks */
        LabelVerdict verdict;
} NamingCase;

static const NamingCase naming_cases[] = {
        {"a client's name is in its pool's domain", "Laptop", "lan", NULL, NULL, NULL,
                "laptop.lan.example", "", LABEL_GOOD},
        {"without one of the pool in the local one", "laptop", "guests", NULL, NULL, NULL,
                "laptop.local.example", "", LABEL_GOOD},
        {"it chooses no domain", "laptop.evil.example", "lan", NULL, NULL, NULL,
                "laptop.lan.example", "", LABEL_GOOD},
        {"it has no name", NULL, "lan", NULL, NULL, NULL, "", "", LABEL_GOOD},
        {"nor what is no name", "???", "lan", NULL, NULL, NULL, "", "", LABEL_EMPTY},
        {"nor a reserved one", "WPAD", "lan", NULL, NULL, NULL, "", "", LABEL_RESERVED},
        {"nor that of a domain below which it would be reserved", "localhost.localdomain", "lan",
                NULL, NULL, NULL, "", "", LABEL_RESERVED},
        {"nor one that is listed", "Router", "lan", NULL, NULL, NULL, "", "", LABEL_RESERVED},
        {"nor that of another address", "dhcp-192-168-1-7", "lan", NULL, NULL, NULL, "", "",
                LABEL_GENERATED},
        {"a host's name goes before", "laptop", "lan", "Printer", NULL, NULL, "printer.lan.example",
                "", LABEL_GOOD},
        {"it may be reserved", "x", "lan", "wpad", NULL, NULL, "wpad.lan.example", "", LABEL_GOOD},
        {"it may be whole", "x", "lan", "www.example.org", NULL, NULL, "www.example.org", "",
                LABEL_GOOD},
        {"a host may have a domain of its own", "x", "lan", "printer", "press", "office.example",
                "printer.office.example", "press.office.example", LABEL_GOOD},
        {"and aliases", "x", "lan", "printer", "press www.example.org", NULL, "printer.lan.example",
                "press.lan.example www.example.org", LABEL_GOOD},
        {"a section's title is made a name", "x", "lan", "the:printer", NULL, NULL,
                "theprinter.lan.example", "", LABEL_GOOD},
};

static void add_aliases(FollowBuilder *builder, const char *alias) {
        char texts[128];
        size_t n = strlen(alias) + 1;

        memcpy(texts, alias, n);
        for (char *p = texts; (p = strchr(p, ' '));)
                *p = '\0';
        follow_builder_add(builder, FOLLOW_ALIASES, texts, n);
}

static FollowRecord make_host(const NamingCase *c, FollowBuilder *builder) {
        if (!c->host)
                return (FollowRecord){0};
        follow_builder_init(builder, "h", 1);
        follow_builder_add_text(builder, FOLLOW_HOSTNAME, c->host);
        if (c->host_domain)
                follow_builder_add_text(builder, FOLLOW_DOMAIN, c->host_domain);
        if (c->alias)
                add_aliases(builder, c->alias);
        return follow_builder_get(builder);
}

static FollowRecord make_lease(const NamingCase *c, FollowState state, FollowBuilder *builder) {
        const ipv4_t address = 0xc0a80165;

        follow_builder_init(builder, &address, sizeof(address));
        if (c->sent)
                follow_builder_add_text(builder, FOLLOW_HOSTNAME, c->sent);
        follow_builder_add_text(builder, FOLLOW_POOL, c->pool);
        follow_builder_add_u8(builder, FOLLOW_STATE, state);
        return follow_builder_get(builder);
}

START_TEST(test_naming)
{
        char *reserved[] = {(char[]){"router"}, NULL};
        const NamingRules rules = {
                .local_domain = (char[]){"local.example"},
                .generated_names = true,
                .reserved = reserved,
        };
        Domains domains = {0};

        ck_assert_int_eq(domains_add(&domains, "zoo", "zoo.example"), 0);
        ck_assert_int_eq(domains_add(&domains, "lan", "LAN.example"), 0);
        ck_assert_int_eq(domains_add(&domains, "guests", "no name"), 0);
        domains_sort(&domains);
        for (size_t i = 0; i < ELEMENTSOF(naming_cases); i++) {
                const NamingCase *c = &naming_cases[i];
                char aliases[2 * NAME_SIZE] = "";
                FollowBuilder lease, host;
                Naming naming;

                naming_make(&rules, &domains, make_lease(c, FOLLOW_STATE_BOUND, &lease),
                        make_host(c, &host), &naming);
                for (size_t j = 0; j < naming.n_aliases; j++) {
                        strcat(aliases, j > 0 ? " " : "");
                        strcat(aliases, naming.aliases[j]);
                }
                ck_assert_msg(strcmp(naming.name, c->name) == 0, "%s: %s", c->about, naming.name);
                ck_assert_msg(strcmp(aliases, c->aliases) == 0, "%s: %s", c->about, aliases);
                ck_assert_msg(naming.verdict == c->verdict, "%s: %s", c->about,
                        label_verdict_to_string(naming.verdict));
                ck_assert(naming.is_configured == (c->host != NULL));
        }
        domains_done(&domains);
}
END_TEST

START_TEST(test_only_bound_leases_have_names)
{
        const NamingRules rules = {.generated_names = true};
        const NamingCase c = {.sent = "laptop", .pool = "lan"};
        const Domains domains = {0};
        FollowBuilder lease;
        Naming naming;

        naming_make(&rules, &domains, make_lease(&c, FOLLOW_STATE_DECLINED, &lease),
                (FollowRecord){0}, &naming);
        ck_assert_str_eq(naming.name, "");
        ck_assert_str_eq(naming.generated, "");
        naming_make(&rules, &domains, make_lease(&c, FOLLOW_STATE_BOUND, &lease), (FollowRecord){0},
                &naming);
        ck_assert_str_eq(naming.name, "laptop");
        ck_assert_str_eq(naming.generated, "dhcp-192-168-1-101");
}
END_TEST

START_TEST(test_domains)
{
        Domains a = {0}, b = {0};

        ck_assert_ptr_null(domains_find(&a, "lan", 3));
        ck_assert_int_eq(domains_add(&a, "lan2", "two.example"), 0);
        ck_assert_int_eq(domains_add(&a, "lan", "one.example"), 0);
        domains_sort(&a);
        ck_assert_str_eq(domains_find(&a, "lan", 3), "one.example");
        ck_assert_str_eq(domains_find(&a, "lan2", 4), "two.example");
        ck_assert_ptr_null(domains_find(&a, "la", 2));
        ck_assert_ptr_null(domains_find(&a, "lan3", 4));
        ck_assert(!domains_equal(&a, &b));
        ck_assert_int_eq(domains_add(&b, "lan", "one.example"), 0);
        ck_assert_int_eq(domains_add(&b, "lan2", "other.example"), 0);
        domains_sort(&b);
        ck_assert(!domains_equal(&a, &b));
        ck_assert(domains_equal(&a, &a));
        domains_done(&a);
        domains_done(&b);
}
END_TEST

TEST_MAIN("names-label", test_labels, test_reserved, test_generated, test_names, test_join,
        test_naming, test_only_bound_leases_have_names, test_domains);

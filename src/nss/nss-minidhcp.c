/* SPDX-License-Identifier: MIT */

/* The module "minidhcp" of the name service switch, see nss(5): names and addresses of the leases.
 * Everything that is returned is in the caller's buffer. */

#include <errno.h>
#include <netdb.h>
#include <nss.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <arpa/inet.h>
#include <sys/socket.h>

#include "lookup.h"

#ifndef MINIDHCP_NAMES_DIRECTORY
#define MINIDHCP_NAMES_DIRECTORY "/run/mini-dhcp-names"
#endif

#define HOSTS MINIDHCP_NAMES_DIRECTORY "/hosts"
#define NAMES MINIDHCP_NAMES_DIRECTORY "/names"

enum nss_status _nss_minidhcp_gethostbyname_r(const char *name, struct hostent *result,
        char *buffer, size_t size, int *errnop, int *h_errnop);
enum nss_status _nss_minidhcp_gethostbyname2_r(const char *name, int family, struct hostent *result,
        char *buffer, size_t size, int *errnop, int *h_errnop);
enum nss_status _nss_minidhcp_gethostbyname3_r(const char *name, int family, struct hostent *result,
        char *buffer, size_t size, int *errnop, int *h_errnop, int32_t *ttlp, char **canonp);
enum nss_status _nss_minidhcp_gethostbyname4_r(const char *name, struct gaih_addrtuple **pat,
        char *buffer, size_t size, int *errnop, int *h_errnop, int32_t *ttlp);
enum nss_status _nss_minidhcp_gethostbyaddr_r(const void *address, socklen_t length, int family,
        struct hostent *result, char *buffer, size_t size, int *errnop, int *h_errnop);
enum nss_status _nss_minidhcp_gethostbyaddr2_r(const void *address, socklen_t length, int family,
        struct hostent *result, char *buffer, size_t size, int *errnop, int *h_errnop,
        int32_t *ttlp);

/* Where an answer is put, and what is said about it. */
typedef struct Answer {
        char *buffer;
        size_t size;
        int *errnop;
        int *h_errnop;
        int saved_errno; /* a lookup that succeeds leaves it as it was */
        int cancel_state;
} Answer;

static Answer begin(char *buffer, size_t size, int *errnop, int *h_errnop) {
        Answer answer = {buffer, size, errnop, h_errnop, errno, 0};

        /* a thread that is cancelled in the middle would leave a descriptor open */
        (void) pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &answer.cancel_state);
        return answer;
}

static enum nss_status end(Answer *answer, enum nss_status status) {
        (void) pthread_setcancelstate(answer->cancel_state, NULL);
        if (status == NSS_STATUS_SUCCESS) {
                errno = answer->saved_errno;
                *answer->h_errnop = NETDB_SUCCESS;
        }
        return status;
}

static enum nss_status fail(Answer *answer, int error, int resolver_error, enum nss_status status) {
        *answer->errnop = error;
        *answer->h_errnop = resolver_error;
        return end(answer, status);
}

static enum nss_status fail_without_room(Answer *answer) {
        return fail(answer, ERANGE, NETDB_INTERNAL, NSS_STATUS_TRYAGAIN);
}

static enum nss_status fail_not_found(Answer *answer) {
        return fail(answer, ENOENT, HOST_NOT_FOUND, NSS_STATUS_NOTFOUND);
}

/* @r: what a lookup returned, not above 0 */
static enum nss_status fail_lookup(Answer *answer, int r) {
        switch (r) {
        case 0:
                return fail_not_found(answer);
        case -EMFILE:
        case -ENFILE:
        case -ENOMEM:
                return fail(answer, -r, TRY_AGAIN, NSS_STATUS_TRYAGAIN);
        default:
                return fail(answer, -r, NO_RECOVERY, NSS_STATUS_UNAVAIL);
        }
}

/* Room in the caller's buffer, for pointers as for text. Return: NULL when there is none left. */
static void *take(Answer *answer, size_t size) {
        const size_t padding = -(uintptr_t) answer->buffer % _Alignof(void *);
        void *place = answer->buffer + padding;

        if (answer->size < padding || answer->size - padding < size)
                return NULL;
        answer->buffer += padding + size;
        answer->size -= padding + size;
        return place;
}

static char *take_text(Answer *answer, const char *text, size_t size) {
        char *place = take(answer, size + 1);

        if (!place)
                return NULL;
        memcpy(place, text, size);
        place[size] = '\0';
        return place;
}

static size_t count_words(const char *text) {
        size_t n = 0;

        for (text += strspn(text, " "); *text; n++) {
                text += strcspn(text, " ");
                text += strspn(text, " ");
        }
        return n;
}

/* @names: the main one first, separated by blanks; @alias: one more, or NULL.
 * Return: whether there was room. */
static bool put_host(Answer *answer, const char *names, const char *alias, uint32_t address,
        struct hostent *result) {
        const uint32_t wire = htonl(address);
        const size_t n = count_words(names);
        char **texts = take(answer, (n + 2) * sizeof(char *));
        char **addresses = take(answer, 2 * sizeof(char *));
        char *data = take(answer, sizeof(wire));

        if (!texts || !addresses || !data)
                return false;
        for (size_t i = 0; i < n; i++) {
                size_t size;

                names += strspn(names, " ");
                size = strcspn(names, " ");
                texts[i] = take_text(answer, names, size);
                if (!texts[i])
                        return false;
                names += size;
        }
        texts[n] = texts[n + 1] = NULL;
        if (alias) {
                texts[n] = take_text(answer, alias, strlen(alias));
                if (!texts[n])
                        return false;
        }
        memcpy(data, &wire, sizeof(wire));
        addresses[0] = data;
        addresses[1] = NULL;
        *result = (struct hostent){
                .h_name = texts[0],
                .h_aliases = texts + 1,
                .h_addrtype = AF_INET,
                .h_length = sizeof(wire),
                .h_addr_list = addresses,
        };
        return true;
}

/* What a line of the file of names says. The main name stays in the line. */
static int find_name(const char *name, char line[static LOOKUP_LINE_SIZE], uint32_t *ret_address,
        const char **ret_main) {
        char canonical[LOOKUP_NAME_SIZE];
        const char *rest;
        int r;

        if (lookup_canonicalize(name, canonical) < 0)
                return 0;
        r = lookup_name(NAMES, canonical, line);
        if (r <= 0)
                return r;
        rest = strchr(line, ' ');
        rest = rest ? lookup_parse_address(rest + 1, ret_address) : NULL;
        if (!rest || count_words(rest) != 1)
                return -EBADMSG;
        *ret_main = rest + 1;
        return 1;
}

enum nss_status _nss_minidhcp_gethostbyname3_r(const char *name, int family, struct hostent *result,
        char *buffer, size_t size, int *errnop, int *h_errnop, int32_t *ttlp, char **canonp) {
        Answer answer = begin(buffer, size, errnop, h_errnop);
        char line[LOOKUP_LINE_SIZE];
        const char *main_name;
        uint32_t address;
        int r;

        if (family == AF_UNSPEC)
                family = AF_INET;
        if (family != AF_INET && family != AF_INET6)
                return fail(&answer, EAFNOSUPPORT, NO_DATA, NSS_STATUS_UNAVAIL);
        r = find_name(name, line, &address, &main_name);
        if (r <= 0)
                return fail_lookup(&answer, r);
        if (family == AF_INET6)
                return fail(&answer, ENOENT, NO_DATA, NSS_STATUS_NOTFOUND);
        /* the name that was asked for is an alias, if it is not the main one */
        line[strcspn(line, " ")] = '\0';
        if (!put_host(&answer, main_name, strcmp(main_name, line) != 0 ? line : NULL, address,
                    result))
                return fail_without_room(&answer);
        if (ttlp)
                *ttlp = 0;
        if (canonp)
                *canonp = result->h_name;
        return end(&answer, NSS_STATUS_SUCCESS);
}

enum nss_status _nss_minidhcp_gethostbyname2_r(const char *name, int family, struct hostent *result,
        char *buffer, size_t size, int *errnop, int *h_errnop) {
        return _nss_minidhcp_gethostbyname3_r(
                name, family, result, buffer, size, errnop, h_errnop, NULL, NULL);
}

enum nss_status _nss_minidhcp_gethostbyname_r(const char *name, struct hostent *result,
        char *buffer, size_t size, int *errnop, int *h_errnop) {
        return _nss_minidhcp_gethostbyname3_r(
                name, AF_INET, result, buffer, size, errnop, h_errnop, NULL, NULL);
}

enum nss_status _nss_minidhcp_gethostbyname4_r(const char *name, struct gaih_addrtuple **pat,
        char *buffer, size_t size, int *errnop, int *h_errnop, int32_t *ttlp) {
        Answer answer = begin(buffer, size, errnop, h_errnop);
        struct gaih_addrtuple *tuple;
        char line[LOOKUP_LINE_SIZE];
        const char *main_name;
        uint32_t address;
        char *text;
        int r;

        r = find_name(name, line, &address, &main_name);
        if (r <= 0)
                return fail_lookup(&answer, r);
        /* the caller may bring the first one along */
        tuple = *pat ? *pat : take(&answer, sizeof(*tuple));
        text = tuple ? take_text(&answer, main_name, strlen(main_name)) : NULL;
        if (!text)
                return fail_without_room(&answer);
        *tuple = (struct gaih_addrtuple){
                .name = text,
                .family = AF_INET,
                .addr = {htonl(address)},
        };
        *pat = tuple;
        if (ttlp)
                *ttlp = 0;
        return end(&answer, NSS_STATUS_SUCCESS);
}

enum nss_status _nss_minidhcp_gethostbyaddr2_r(const void *address, socklen_t length, int family,
        struct hostent *result, char *buffer, size_t size, int *errnop, int *h_errnop,
        int32_t *ttlp) {
        Answer answer = begin(buffer, size, errnop, h_errnop);
        char line[LOOKUP_LINE_SIZE];
        const char *names;
        uint32_t wire, found;
        int r;

        if (family != AF_INET)
                return fail(&answer, EAFNOSUPPORT, NO_DATA, NSS_STATUS_NOTFOUND);
        if (length != sizeof(wire))
                return fail(&answer, EINVAL, NO_RECOVERY, NSS_STATUS_UNAVAIL);
        memcpy(&wire, address, sizeof(wire));
        r = lookup_address(HOSTS, ntohl(wire), line);
        if (r <= 0)
                return fail_lookup(&answer, r);
        names = lookup_parse_address(line, &found);
        if (!names || count_words(names) == 0)
                return fail_not_found(&answer);
        if (!put_host(&answer, names, NULL, found, result))
                return fail_without_room(&answer);
        if (ttlp)
                *ttlp = 0;
        return end(&answer, NSS_STATUS_SUCCESS);
}

enum nss_status _nss_minidhcp_gethostbyaddr_r(const void *address, socklen_t length, int family,
        struct hostent *result, char *buffer, size_t size, int *errnop, int *h_errnop) {
        return _nss_minidhcp_gethostbyaddr2_r(
                address, length, family, result, buffer, size, errnop, h_errnop, NULL);
}

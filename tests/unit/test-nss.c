/* SPDX-License-Identifier: MIT */
/* The module of the name service switch, on files in a directory of the test's own: it is built in
 * with "." for /run/mini-dhcp-names. */

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <nss.h>
#include <pthread.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "lookup.h"
#include "test.h"

enum nss_status _nss_minidhcp_gethostbyname_r(
        const char *, struct hostent *, char *, size_t, int *, int *);
enum nss_status _nss_minidhcp_gethostbyname2_r(
        const char *, int, struct hostent *, char *, size_t, int *, int *);
enum nss_status _nss_minidhcp_gethostbyname4_r(
        const char *, struct gaih_addrtuple **, char *, size_t, int *, int *, int32_t *);
enum nss_status _nss_minidhcp_gethostbyaddr_r(
        const void *, socklen_t, int, struct hostent *, char *, size_t, int *, int *);

enum {
        MANY = 100000,
        ANSWER_SIZE = 2048,
};

typedef struct Answer {
        enum nss_status status;
        int error;
        int resolver_error;
        struct hostent host;
        alignas(max_align_t) char buffer[ANSWER_SIZE + 1];
} Answer;

static void write_file(const char *path, const char *text) {
        FILE *file = fopen(path, "we");

        ck_assert_ptr_nonnull(file);
        ck_assert_int_ge(fputs(text, file), 0);
        ck_assert_int_eq(fclose(file), 0);
}

static void enter_directory(void) {
        char path[] = "/tmp/test-nss-XXXXXX";

        ck_assert_ptr_nonnull(mkdtemp(path));
        ck_assert_int_eq(chdir(path), 0);
}

static void leave_directory(void) {
        char path[256];

        ck_assert_ptr_nonnull(getcwd(path, sizeof(path)));
        (void) unlink("hosts");
        (void) unlink("names");
        ck_assert_int_eq(rmdir(path), 0);
}

static void write_few(void) {
        write_file("hosts", "# names\n"
                            "192.168.1.5 laptop.lan laptop\n"
                            "192.168.1.10 printer.lan printer press.lan press\n"
                            "192.168.1.100 a\n");
        write_file("names", "a 192.168.1.100 a\n"
                            "laptop 192.168.1.5 laptop.lan\n"
                            "laptop.lan 192.168.1.5 laptop.lan\n"
                            "press 192.168.1.10 printer.lan\n"
                            "press.lan 192.168.1.10 printer.lan\n"
                            "printer 192.168.1.10 printer.lan\n"
                            "printer.lan 192.168.1.10 printer.lan\n");
}

/* Begins at an odd place, so that whatever is not aligned is found. */
static void by_name(Answer *answer, const char *name, int family, size_t size) {
        answer->status = _nss_minidhcp_gethostbyname2_r(name, family, &answer->host,
                answer->buffer + 1, size, &answer->error, &answer->resolver_error);
}

static void by_address(Answer *answer, const char *address, size_t size) {
        struct in_addr wire;

        ck_assert_int_eq(inet_pton(AF_INET, address, &wire), 1);
        answer->status = _nss_minidhcp_gethostbyaddr_r(&wire, sizeof(wire), AF_INET, &answer->host,
                answer->buffer + 1, size, &answer->error, &answer->resolver_error);
}

/* "ADDRESS NAME ALIAS…", or "not found" … */
static const char *show(const Answer *answer) {
        static char text[ANSWER_SIZE];

        switch (answer->status) {
        case NSS_STATUS_SUCCESS:
                break;
        case NSS_STATUS_NOTFOUND:
                return answer->resolver_error == NO_DATA ? "no data" : "not found";
        case NSS_STATUS_UNAVAIL:
                return "unavailable";
        case NSS_STATUS_TRYAGAIN:
                return answer->error == ERANGE ? "too small" : "try again";
        case NSS_STATUS_RETURN:
                return "?";
        }
        ck_assert_int_eq(answer->host.h_addrtype, AF_INET);
        ck_assert_int_eq(answer->host.h_length, 4);
        ck_assert_ptr_null(answer->host.h_addr_list[1]);
        ck_assert_ptr_nonnull(inet_ntop(AF_INET, answer->host.h_addr_list[0], text, sizeof(text)));
        strcat(text, " ");
        strcat(text, answer->host.h_name);
        for (char **alias = answer->host.h_aliases; *alias; alias++) {
                strcat(text, " ");
                strcat(text, *alias);
        }
        return text;
}

static const char *name(const char *text) {
        static Answer answer;

        by_name(&answer, text, AF_INET, ANSWER_SIZE);
        return show(&answer);
}

static const char *address(const char *text) {
        static Answer answer;

        by_address(&answer, text, ANSWER_SIZE);
        return show(&answer);
}

START_TEST(test_lookups)
{
        static Answer answer;

        enter_directory();
        write_few();
        ck_assert_str_eq(name("laptop.lan"), "192.168.1.5 laptop.lan");
        ck_assert_str_eq(name("laptop"), "192.168.1.5 laptop.lan laptop");
        ck_assert_str_eq(name("LAPTOP.Lan."), "192.168.1.5 laptop.lan");
        ck_assert_str_eq(name("press"), "192.168.1.10 printer.lan press");
        ck_assert_str_eq(name("a"), "192.168.1.100 a");
        ck_assert_str_eq(name("lap"), "not found");
        ck_assert_str_eq(name("laptop.la"), "not found");
        ck_assert_str_eq(name("zebra"), "not found");
        ck_assert_str_eq(name("0"), "not found");
        ck_assert_str_eq(name(""), "not found");
        ck_assert_str_eq(name("a b"), "not found");
        ck_assert_str_eq(name("#"), "not found");
        ck_assert_str_eq(address("192.168.1.5"), "192.168.1.5 laptop.lan laptop");
        ck_assert_str_eq(
                address("192.168.1.10"), "192.168.1.10 printer.lan printer press.lan press");
        ck_assert_str_eq(address("192.168.1.100"), "192.168.1.100 a");
        ck_assert_str_eq(address("192.168.1.6"), "not found");
        ck_assert_str_eq(address("0.0.0.0"), "not found");
        ck_assert_str_eq(address("255.255.255.255"), "not found");
        by_name(&answer, "laptop", AF_INET6, ANSWER_SIZE);
        ck_assert_str_eq(show(&answer), "no data");
        by_name(&answer, "nobody", AF_INET6, ANSWER_SIZE);
        ck_assert_str_eq(show(&answer), "not found");
        leave_directory();
}
END_TEST

START_TEST(test_tuples)
{
        struct gaih_addrtuple mine, *tuple = NULL;
        char buffer[512];
        int error, resolver_error;

        enter_directory();
        write_few();
        ck_assert_int_eq(_nss_minidhcp_gethostbyname4_r("press", &tuple, buffer, sizeof(buffer),
                                 &error, &resolver_error, NULL),
                NSS_STATUS_SUCCESS);
        ck_assert_str_eq(tuple->name, "printer.lan");
        ck_assert_int_eq(tuple->family, AF_INET);
        ck_assert_uint_eq(tuple->addr[0], htonl(0xc0a8010a));
        ck_assert_ptr_null(tuple->next);
        tuple = &mine;
        ck_assert_int_eq(_nss_minidhcp_gethostbyname4_r(
                                 "a", &tuple, buffer, 16, &error, &resolver_error, NULL),
                NSS_STATUS_SUCCESS);
        ck_assert_ptr_eq(tuple, &mine);
        ck_assert_str_eq(mine.name, "a");
        for (size_t size = 0; size < 12; size++) {
                ck_assert_int_eq(_nss_minidhcp_gethostbyname4_r("press", &tuple, buffer, size,
                                         &error, &resolver_error, NULL),
                        NSS_STATUS_TRYAGAIN);
                ck_assert_int_eq(error, ERANGE);
        }
        leave_directory();
}
END_TEST

/* Whoever comes with a small buffer is told so, and comes again with a larger one. */
START_TEST(test_small_buffers)
{
        size_t enough = 0;

        enter_directory();
        write_few();
        for (size_t size = 0; size <= 256; size++) {
                /* not one byte more, so that AddressSanitizer sees what is beyond */
                char *buffer = malloc(size + 1);
                struct hostent host;
                int error = 0, resolver_error = 0;
                const struct in_addr wire = {htonl(0xc0a8010a)};
                enum nss_status status = _nss_minidhcp_gethostbyaddr_r(&wire, sizeof(wire), AF_INET,
                        &host, buffer + 1, size, &error, &resolver_error);

                if (status == NSS_STATUS_SUCCESS) {
                        ck_assert_str_eq(host.h_aliases[2], "press");
                        enough = enough > 0 ? enough : size;
                } else {
                        ck_assert_uint_eq(enough, 0);
                        ck_assert_int_eq(status, NSS_STATUS_TRYAGAIN);
                        ck_assert_int_eq(error, ERANGE);
                        ck_assert_int_eq(resolver_error, NETDB_INTERNAL);
                }
                free(buffer);
        }
        ck_assert_uint_gt(enough, 50);
        leave_directory();
}
END_TEST

START_TEST(test_odd_files)
{
        static char text[5000];

        enter_directory();
        ck_assert_str_eq(name("a"), "unavailable");
        ck_assert_str_eq(address("192.168.1.5"), "unavailable");

        write_file("names", "");
        ck_assert_str_eq(name("a"), "not found");
        write_file("names", "a 192.168.1.1 a\nb 192.168.1.2 b");
        ck_assert_str_eq(name("a"), "192.168.1.1 a");
        ck_assert_str_eq(name("b"), "not found");
        write_file("names", "a 192.168.1.1");
        ck_assert_str_eq(name("a"), "not found");
        write_file("names", "a\nb 1.2.3\nc 192.168.1.256 c\nd 192.168.1.1\n\n\n");
        ck_assert_str_eq(name("a"), "unavailable");
        ck_assert_str_eq(name("b"), "unavailable");
        ck_assert_str_eq(name("c"), "unavailable");
        ck_assert_str_eq(name("d"), "unavailable");
        ck_assert_str_eq(name("e"), "not found");

        /* of a line that is very long, what is whole at its beginning */
        memset(text, 'x', sizeof(text) - 1);
        memcpy(text, "10.0.0.1 one two ", 17);
        text[sizeof(text) - 10] = '\n';
        memcpy(text + sizeof(text) - 9, "10.9.8.7", 8);
        write_file("hosts", text);
        ck_assert_str_eq(address("10.0.0.1"), "10.0.0.1 one two");
        ck_assert_str_eq(address("10.9.8.7"), "not found");

        ck_assert_int_eq(unlink("hosts"), 0);
        ck_assert_int_eq(mkfifo("hosts", 0600), 0);
        ck_assert_str_eq(address("10.0.0.1"), "unavailable");
        leave_directory();
}
END_TEST

static void write_many(void) {
        FILE *hosts = fopen("hosts", "we"), *names = fopen("names", "we");

        for (unsigned i = 0; i < MANY; i++) {
                (void) fprintf(hosts, "10.%u.%u.%u client-%06u.lan.example client-%06u\n", i >> 16,
                        i >> 8 & 255, i & 255, i, i);
                (void) fprintf(names,
                        "client-%06u.lan.example 10.%u.%u.%u client-%06u.lan.example\n", i, i >> 16,
                        i >> 8 & 255, i & 255, i);
        }
        ck_assert_int_eq(fclose(hosts), 0);
        ck_assert_int_eq(fclose(names), 0);
}

static void check_one_of_many(Answer *answer, unsigned i) {
        char text[64], shown[64], wanted[128];

        (void) snprintf(text, sizeof(text), "client-%06u.lan.example", i);
        (void) snprintf(shown, sizeof(shown), "10.%u.%u.%u", i >> 16, i >> 8 & 255, i & 255);
        by_name(answer, text, AF_INET, ANSWER_SIZE);
        ck_assert_int_eq(answer->status, NSS_STATUS_SUCCESS);
        ck_assert_ptr_nonnull(
                inet_ntop(AF_INET, answer->host.h_addr_list[0], wanted, sizeof(wanted)));
        ck_assert_str_eq(wanted, shown);
        by_address(answer, shown, ANSWER_SIZE);
        ck_assert_int_eq(answer->status, NSS_STATUS_SUCCESS);
        ck_assert_str_eq(answer->host.h_name, text);
}

static void *look_up_many(void *userdata) {
        static const char *const missing[] = {"client-000000x", "client-1", "aaa", "zzz"};
        unsigned seed = *(unsigned *) userdata;
        Answer *answer = malloc(sizeof(*answer));

        ck_assert_ptr_nonnull(answer);
        for (unsigned i = 0; i < 500; i++) {
                seed = seed * 1664525 + 1013904223;
                check_one_of_many(answer, (seed >> 8) % MANY);
                by_name(answer, missing[i % ELEMENTSOF(missing)], AF_INET, ANSWER_SIZE);
                ck_assert_int_eq(answer->status, NSS_STATUS_NOTFOUND);
        }
        check_one_of_many(answer, 0);
        check_one_of_many(answer, MANY - 1);
        free(answer);
        return NULL;
}

START_TEST(test_many)
{
        pthread_t threads[4];
        unsigned seeds[4] = {1, 2, 3, 4};

        enter_directory();
        write_many();
        for (size_t i = 0; i < ELEMENTSOF(threads); i++)
                ck_assert_int_eq(pthread_create(&threads[i], NULL, look_up_many, &seeds[i]), 0);
        for (size_t i = 0; i < ELEMENTSOF(threads); i++)
                ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        leave_directory();
}
END_TEST

/* A file that somebody cuts while it is read: any answer, and no signal. */
START_TEST(test_cut_file)
{
        struct stat st;

        enter_directory();
        write_many();
        ck_assert_int_eq(stat("names", &st), 0);
        for (off_t size = st.st_size; size > 0; size -= st.st_size / 57) {
                ck_assert_int_eq(truncate("names", size), 0);
                (void) name("client-099999.lan.example");
                (void) name("client-000001.lan.example");
        }
        ck_assert_int_eq(truncate("names", 0), 0);
        ck_assert_str_eq(name("client-000001.lan.example"), "not found");
        leave_directory();
}
END_TEST

static int count_descriptors(void) {
        int n = 0;

        for (int fd = 0; fd < 64; fd++)
                n += fcntl(fd, F_GETFD) >= 0;
        return n;
}

/* A process without its first three descriptors keeps none of ours, and errno stays. */
START_TEST(test_descriptors)
{
        static Answer answer;
        int status;
        pid_t pid;

        enter_directory();
        write_few();
        pid = fork();
        if (pid == 0) {
                int before;

                for (int fd = 0; fd < 64; fd++)
                        (void) close(fd);
                before = count_descriptors();
                errno = EXDEV;
                by_name(&answer, "laptop", AF_INET, ANSWER_SIZE);
                if (errno != EXDEV)
                        _exit(1);
                if (strcmp(show(&answer), "192.168.1.5 laptop.lan laptop") != 0)
                        _exit(2);
                (void) name("nobody");
                (void) address("192.168.1.5");
                _exit(count_descriptors() == before ? 0 : 3);
        }
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        ck_assert_int_eq(status, 0);
        leave_directory();
}
END_TEST

TEST_MAIN("nss", test_lookups, test_tuples, test_small_buffers, test_odd_files, test_many,
        test_cut_file, test_descriptors);

/* SPDX-License-Identifier: MIT */

/* The lease file while no server runs: what is put into it, what is refused, and that it is as it
 * was when anything goes wrong. */

#include <signal.h>
#include <sys/resource.h>

#include "failing-memory.h"
#include "lease-desk.h"
#include "store/offline-file.h"

#define NET ((ipv4_t) 0xc0a80100) /* of the built-in pool, which gives out .100 to .200 */
#define NOTES DESK_HEADER_WITHOUT_END ",notes\n"
#define DESK_HEADER_WITHOUT_END                                                                    \
        "address,client_id,hardware_address,hostname,state,expires_at,pool,updated_at"

/* What the desk's clock shows, and an hour later. */
#define NOW "2026-11-21T21:55:00.000000Z"
#define HOUR "2026-11-21T22:55:00Z"
#define IN_AN_HOUR (DESK_WALL + USEC_PER_HOUR)

static Desk desk;

static const uint8_t hardware_seven[] = {2, 0, 0, 0, 0, 7};
static const uint8_t id_nine[] = {0xff, 9};

static LeaseRecord seven(uint8_t number) {
        return (LeaseRecord){
                .address = NET + number,
                .hardware = hardware_seven,
                .hardware_size = sizeof(hardware_seven),
                .hostname = "seven",
                .hostname_size = 5,
        };
}

static LeaseRecord nine(uint8_t number) {
        return (LeaseRecord){
                .address = NET + number,
                .client_id = id_nine,
                .client_id_size = sizeof(id_nine),
        };
}

/* The built-in pool; .150 is reserved for a host. */
static Settings *make_settings(void) {
        Settings *settings;
        HostSettings *host;

        ck_assert_int_eq(settings_new_builtin(&settings), 0);
        ck_assert_int_eq(host_settings_new(&host, "printer"), 0);
        host->hardware_size = sizeof(hardware_seven);
        memcpy(host->hardware, hardware_seven, sizeof(hardware_seven));
        host->address = NET + 150;
        ck_assert_int_eq(settings_add_host_take(settings, host), 0);
        return settings;
}

static OfflineFile *make_file(void) {
        static const ipv4_t own[] = {NET + 110, 0x7f000001};
        static const uint8_t seed[16] = {1};
        OfflineFile *file;

        ck_assert_int_eq(offline_file_new(&file, seed, &desk.clock), 0);
        ck_assert_int_eq(offline_file_configure_take(file, make_settings()), 0);
        ck_assert_int_eq(offline_file_set_own(file, own, ELEMENTSOF(own)), 0);
        return file;
}

static OfflineFile *open_file(Problems *problems) {
        OfflineFile *file = make_file();

        ck_assert_int_eq(offline_file_open(file, desk.path, problems), 0);
        return file;
}

static void add(OfflineFile *file, LeaseRecord record, int expected) {
        ck_assert_int_eq(offline_file_add(file, &record, IN_AN_HOUR), expected);
}

static int write_file(OfflineFile *file) {
        const char *operation;

        return offline_file_write(file, &operation);
}

START_TEST(test_new_file)
{
        _cleanup_(problems_done) Problems problems = {0};
        OfflineFile *file;
        struct stat st;
        LeaseRecord ever = nine(102);

        desk_init(&desk, false);
        file = open_file(&problems);
        add(file, seven(101), 0);
        ck_assert_int_eq(offline_file_add(file, &ever, USEC_INFINITY), 0);
        desk_assert_file(&desk, "leases.csv", DESK_HEADER); /* nothing before it is written */
        ck_assert_int_eq(write_file(file), 0);
        (void) offline_file_free(file);

        desk_assert_file(&desk, "leases.csv",
                DESK_HEADER "192.168.1.101,01:02:00:00:00:00:07,02:00:00:00:00:07,seven,bound," HOUR
                            ",default," NOW "\n"
                            "192.168.1.102,ff:09,,,bound,infinite,default,"
                            "2026-11-21T21:55:00.000001Z\n");
        ck_assert_int_eq(stat(desk.path, &st), 0);
        ck_assert_uint_eq(st.st_mode & 07777, 0640);
        ck_assert(!desk_exists(&desk, ".leases.csv.tmp"));
        ck_assert_uint_eq(problems.n_items, 0);
        desk_done(&desk);
}
END_TEST

#define ROW(address, rest) "192.168.1." address "," rest "\n"
#define BEFORE "2026-11-21T20:00:00.000000Z"

/* What is there stays, with its tags and with columns of others; what goes to another client, or to
 * nobody, only if the server would do that. */
START_TEST(test_merge)
{
        _cleanup_(problems_done) Problems problems = {0};
        OfflineFile *file;

        desk_init(&desk, false);
        desk_write(&desk, "leases.csv",
                NOTES ROW("103", "ff:03,,three,bound,2026-11-21T23:00:00Z,default," BEFORE ",mine")
                        ROW("104", "ff:04,,four,released,2026-11-21T20:00:00Z,default," BEFORE ",")
                                ROW("105", ",02:00:00:00:00:07,,declined,2026-11-21T22:00:00Z,"
                                           "default," BEFORE ",")
                                        ROW("106", "ff:06,,,declined,2026-11-21T22:00:00Z,"
                                                   "default," BEFORE ",") ROW("107", "nonsense"));
        file = open_file(&problems);
        ck_assert_uint_eq(problems.n_items, 1);
        ck_assert_uint_eq(problems.items[0].line, 6);
        add(file, nine(103), -EADDRINUSE); /* somebody else's */
        add(file, nine(105), -EADDRINUSE); /* set aside for who answers for it */
        add(file, nine(106), -EADDRINUSE); /* declined */
        add(file, nine(104), 0);           /* free */
        add(file, seven(105), 0);          /* it is its own answer that it was set aside for */
        ck_assert_int_eq(write_file(file), 0);
        (void) offline_file_free(file);

        desk_assert_file(&desk, "leases.csv",
                NOTES ROW("103", "ff:03,,three,bound,2026-11-21T23:00:00Z,default," BEFORE ",mine")
                        ROW("104", "ff:09,,,bound," HOUR
                                   ",default,2026-11-21T21:55:00.000001Z,") ROW("105",
                                "01:02:00:00:00:00:07,02:00:00:00:00:07,seven,bound," HOUR
                                ",default,2026-11-21T21:55:00.000002Z,") ROW("106",
                                "ff:06,,,declined,2026-11-21T22:00:00Z,default," BEFORE ","));
        ck_assert(desk_exists(&desk, "leases.csv.rejected"));
        desk_done(&desk);
}
END_TEST

START_TEST(test_refused)
{
        _cleanup_(problems_done) Problems problems = {0};
        LeaseRecord none = {.address = NET + 101}, brief = nine(101);
        OfflineFile *file;

        desk_init(&desk, false);
        file = open_file(&problems);
        brief.client_id_size = 1;
        add(file, none, -EINVAL);
        add(file, brief, -EINVAL);
        add(file, nine(99), -EADDRNOTAVAIL);
        add(file, nine(110), -EADDRINUSE); /* ours */
        add(file, nine(150), -EADDRINUSE); /* the printer's */
        ck_assert_int_eq(write_file(file), 0);
        desk_assert_file(&desk, "leases.csv", DESK_HEADER);
        add(file, nine(101), 0);
        add(file, seven(101), -EADDRINUSE); /* the first one has it */
        add(file, seven(150), 0);
        add(file, nine(102), 0); /* moves there */
        ck_assert_int_eq(write_file(file), 0);
        (void) offline_file_free(file);
        desk_assert_file(&desk, "leases.csv",
                DESK_HEADER ROW("101", "ff:09,,,released,2026-11-21T21:55:00Z,default," NOW) ROW(
                        "150", "01:02:00:00:00:00:07,02:00:00:00:00:07,seven,bound," HOUR
                               ",default,2026-11-21T21:55:00.000001Z")
                        ROW("102", "ff:09,,,bound," HOUR ",default,2026-11-21T21:55:00.000002Z"));
        desk_done(&desk);
}
END_TEST

START_TEST(test_server_runs)
{
        _cleanup_(problems_done) Problems problems = {0};
        OfflineFile *file;
        LockHolder holder;

        desk_init(&desk, false);
        desk_open(&desk);
        file = make_file();
        ck_assert_int_eq(offline_file_open(file, desk.path, &problems), -EWOULDBLOCK);
        ck_assert_int_eq(lease_file_find_holder(desk.path, &holder), 0);
        (void) offline_file_free(file);
        desk_assert_file(&desk, "leases.csv", DESK_HEADER);

        /* and the other way round */
        desk.file = lease_file_free(desk.file);
        file = open_file(&problems);
        ck_assert_int_eq(desk_open_file(&desk.file, desk.path, NULL), -EWOULDBLOCK);
        (void) offline_file_free(file);
        desk_done(&desk);
}
END_TEST

/* Nothing that nobody has looked at is displaced. */
START_TEST(test_saved_meanwhile)
{
        _cleanup_(problems_done) Problems problems = {0};
        OfflineFile *file;

        desk_init(&desk, false);
        file = open_file(&problems);
        add(file, seven(101), 0);
        desk_write(&desk, "leases.csv", DESK_HEADER "192.168.1.109,ff:02,,,bound,infinite,,\n");
        ck_assert_int_eq(write_file(file), -ESTALE);
        (void) offline_file_free(file);
        desk_assert_file(
                &desk, "leases.csv", DESK_HEADER "192.168.1.109,ff:02,,,bound,infinite,,\n");
        ck_assert(!desk_exists(&desk, ".leases.csv.tmp"));
        desk_done(&desk);
}
END_TEST

START_TEST(test_not_ours)
{
        _cleanup_(problems_done) Problems problems = {0};
        OfflineFile *file;

        desk_init(&desk, false);
        desk_write(&desk, "leases.csv", "colour,taste\n");
        file = make_file();
        ck_assert_int_eq(offline_file_open(file, desk.path, &problems), -EBADMSG);
        (void) offline_file_free(file);
        desk_assert_file(&desk, "leases.csv", "colour,taste\n");
        desk_done(&desk);
}
END_TEST

/* The predecessor's form, which cannot be appended to. */
START_TEST(test_predecessor)
{
        _cleanup_(problems_done) Problems problems = {0};
        OfflineFile *file;

        desk_init(&desk, false);
        desk_write(&desk, "leases.csv",
                "ip,client_id,leased,expires_at,network,probation\n"
                "192.168.1.103,ff:03,true,2026-11-21T23:00:00Z,192.168.1.0/24,false\n");
        file = open_file(&problems);
        add(file, nine(104), 0);
        ck_assert_int_eq(write_file(file), 0);
        (void) offline_file_free(file);
        ck_assert_uint_eq(problems.n_items, 0);
        file = open_file(&problems);
        add(file, seven(103), -EADDRINUSE);
        add(file, seven(104), -EADDRINUSE);
        (void) offline_file_free(file);
        desk_done(&desk);
}
END_TEST

/* More than the worker is given at a time, and a disk that is full in the middle of it. */
START_TEST(test_full_disk)
{
        _cleanup_(problems_done) Problems problems = {0};
        struct rlimit before, small;
        OfflineFile *file;
        int r;

        desk_init(&desk, true);
        file = open_file(&problems);
        add(file, seven(101), 0);
        ck_assert_int_eq(write_file(file), 0);
        for (uint8_t i = 102; i < 200; i++) {
                const uint8_t id[] = {0xff, i};
                LeaseRecord record = {
                        .address = NET + i, .client_id = id, .client_id_size = sizeof(id)};

                if (i != 110 && i != 150)
                        add(file, record, 0);
        }
        (void) signal(SIGXFSZ, SIG_IGN);
        ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
        small = (struct rlimit){.rlim_cur = 4096, .rlim_max = before.rlim_max};
        /* check itself has larger files */
        (void) setrlimit(RLIMIT_FSIZE, &small);
        r = write_file(file);
        (void) setrlimit(RLIMIT_FSIZE, &before);
        ck_assert_int_eq(r, -EFBIG);
        (void) offline_file_free(file);
        desk_assert_file(&desk, "leases.csv",
                DESK_HEADER "192.168.1.101,01:02:00:00:00:00:07,02:00:00:00:00:07,seven,bound," HOUR
                            ",default," NOW "\n");
        ck_assert(!desk_exists(&desk, ".leases.csv.tmp"));
        desk_done(&desk);
}
END_TEST

/* All of it, and nothing is left behind. */
static int tell(const char **ret_operation) {
        static const uint8_t seed[16] = {1};
        _cleanup_(offline_file_freep) OfflineFile *file = NULL;
        _cleanup_(settings_freep) Settings *settings = NULL;
        _cleanup_(problems_done) Problems problems = {0};
        LeaseRecord record = seven(101);
        int r;

        *ret_operation = "new";
        r = offline_file_new(&file, seed, &desk.clock);
        if (r >= 0)
                r = settings_new_builtin(&settings);
        if (r >= 0)
                r = offline_file_configure_take(file, settings);
        if (r < 0)
                return r;
        (void) TAKE_PTR(settings);
        r = offline_file_open(file, desk.path, &problems);
        if (r >= 0)
                r = offline_file_add(file, &record, IN_AN_HOUR);
        return r < 0 ? r : offline_file_write(file, ret_operation);
}

START_TEST(test_without_memory)
{
        const char *operation;
        struct stat st;

        desk_init(&desk, true);
        desk_write(&desk, "leases.csv", DESK_HEADER);
        ck_assert_int_eq(
                MEMORY_EXHAUST(tell(&operation),
                        stat(desk.path, &st) == 0 && st.st_size == (off_t) strlen(DESK_HEADER)),
                0);
        ck_assert(!desk_exists(&desk, ".leases.csv.tmp"));
        desk_done(&desk);
}
END_TEST

TEST_MAIN("offline-file", test_new_file, test_merge, test_refused, test_server_runs,
        test_saved_meanwhile, test_not_ours, test_predecessor, test_full_disk, test_without_memory);

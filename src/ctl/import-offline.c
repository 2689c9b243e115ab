/* SPDX-License-Identifier: MIT */
/* Everything is decided before the lease file changes: who writes it, where, by which pools. Then
 * the leases go through the server's own rules, and one rename puts them in force. */

#include <arpa/inet.h>
#include <errno.h>
#include <grp.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "config/configuration.h"
#include "ctl/import-offline.h"
#include "ctl/lease-place.h"
#include "ctl/offline.h"
#include "store/lease-file.h"
#include "store/offline-file.h"

#define SERVER_USER "mini-dhcp"

/* What systemd would do at the server's first start. */
static ExitStatus make_state_directory(void) {
        const struct passwd *user = getpwnam(SERVER_USER);

        if (!user)
                return report(STATUS_FAILURE,
                        "There is neither " STATE_DIRECTORY_DEFAULT " nor a user " SERVER_USER
                        " to own it; see: systemd-sysusers");
        if (mkdir(STATE_DIRECTORY_DEFAULT, 0755) < 0 || chmod(STATE_DIRECTORY_DEFAULT, 0755) < 0 ||
                chown(STATE_DIRECTORY_DEFAULT, user->pw_uid, user->pw_gid) < 0)
                return report_errno(-errno, "Cannot make " STATE_DIRECTORY_DEFAULT);
        return STATUS_OK;
}

static ExitStatus find_directory(LeasePlace *place, const char *path) {
        static const char state_directory[] = STATE_DIRECTORY_DEFAULT "/";
        int r = lease_place_open(place, path);

        if (r == -ENOENT && geteuid() == 0 &&
                strncmp(path, state_directory, strlen(state_directory)) == 0 &&
                access(STATE_DIRECTORY_DEFAULT, F_OK) < 0) {
                ExitStatus status = make_state_directory();

                if (status != STATUS_OK)
                        return status;
                lease_place_done(place);
                r = lease_place_open(place, path);
        }
        if (r == -ENOENT)
                return report(
                        STATUS_FAILURE, "The directory of the lease file %s is missing", path);
        return r < 0 ? lease_place_report(r, "Cannot write", path) : STATUS_OK;
}

static int become(uid_t uid, gid_t gid) {
        const struct passwd *user = getpwuid(uid);

        if (user ? initgroups(user->pw_name, user->pw_gid) < 0 : setgroups(0, NULL) < 0)
                return -errno;
        if (user)
                gid = user->pw_gid;
        if (setresgid(gid, gid, gid) < 0 || setresuid(uid, uid, uid) < 0)
                return -errno;
        return 0;
}

static ExitStatus become_owner(const char *path) {
        _cleanup_(lease_place_done) LeasePlace place = LEASE_PLACE_INIT;
        ExitStatus status;
        struct stat st;
        int r;

        status = find_directory(&place, path);
        if (status != STATUS_OK)
                return status;
        if (fstat(place.directory_fd, &st) < 0)
                return report_errno(-errno, "Cannot write %s", path);
        if (geteuid() != 0 || st.st_uid == 0)
                return STATUS_OK;
        r = become(st.st_uid, st.st_gid);
        if (r < 0)
                return report_errno(r,
                        "Cannot become user %lu, who owns the lease file's directory",
                        (unsigned long) st.st_uid);
        return STATUS_OK;
}

/* Leaves out what cannot be taken, as a start of the server does. */
static ExitStatus read_settings(Settings **ret) {
        _cleanup_(configuration_done) Configuration configuration = {0};
        _cleanup_(problems_done) Problems problems = {0};
        int r;

        r = configuration_read(NULL, STATE_DIRECTORY_DEFAULT, NULL, KEPT_LEAVE_OUT, &configuration,
                ret, &problems);
        if (r < 0)
                return report_errno(r,
                        "The configuration, which says what may be leased, is not valid; see: "
                        "minidhcpctl check-config");
        return STATUS_OK;
}

static int set_own_addresses(OfflineFile *file) {
        _cleanup_free_ ipv4_t *own = NULL;
        struct ifaddrs *addresses;
        size_t n = 0;
        int r;

        if (getifaddrs(&addresses) < 0)
                return -errno;
        for (const struct ifaddrs *p = addresses; p; p = p->ifa_next)
                n++;
        own = calloc(n + 1, sizeof(*own));
        n = 0;
        for (const struct ifaddrs *p = addresses; own && p; p = p->ifa_next)
                if (p->ifa_addr && p->ifa_addr->sa_family == AF_INET) {
                        const void *address = p->ifa_addr;

                        own[n++] = ntohl(((const struct sockaddr_in *) address)->sin_addr.s_addr);
                }
        r = own ? offline_file_set_own(file, own, n) : -ENOMEM;
        freeifaddrs(addresses);
        return r;
}

static usec_t read_clock(clockid_t id) {
        struct timespec now;

        (void) clock_gettime(id, &now);
        return (usec_t) now.tv_sec * USEC_PER_SEC + (usec_t) now.tv_nsec / 1000;
}

static int new_file(OfflineFile **ret) {
        const ClockPair clock = {
                .realtime = read_clock(CLOCK_REALTIME),
                .boottime = read_clock(CLOCK_BOOTTIME),
        };
        _cleanup_(offline_file_freep) OfflineFile *file = NULL;
        uint8_t seed[16];
        int r;

        if (getrandom(seed, sizeof(seed), 0) != sizeof(seed))
                return -EIO;
        r = offline_file_new(&file, seed, &clock);
        if (r >= 0)
                r = set_own_addresses(file);
        if (r >= 0)
                *ret = TAKE_PTR(file);
        return r;
}

static ExitStatus report_locked(const char *path) {
        LockHolder holder = {0};

        (void) lease_file_find_holder(path, &holder);
        if (holder.pid == 0)
                return report(STATUS_FAILURE,
                        "A process that is not a mini-dhcpd has locked " LOCK_FILE_NAME
                        " beside %s; lslocks(8), run by root, names it",
                        path);
        return report(STATUS_FAILURE,
                "The server is running and has %s, process %ld (%s); it takes leases over itself, "
                "without --offline",
                path, (long) holder.pid, *holder.command ? holder.command : "unnamed");
}

static ExitStatus open_file(OfflineFile *file, const char *path, Problems *problems) {
        int r = offline_file_open(file, path, problems);

        if (r == -EWOULDBLOCK)
                return report_locked(path);
        if (r == -EBADMSG)
                return report(STATUS_FAILURE,
                        "%s is not a lease file; see: minidhcpctl check-leases", path);
        if (r == -ENOLCK)
                return report(STATUS_FAILURE,
                        "Cannot lock %s, so that a server that runs would not be noticed", path);
        return r < 0 ? report_errno(r, "Cannot open the lease file %s", path) : STATUS_OK;
}

static const char *reason_of(int error) {
        switch (error) {
        case -EINVAL:
                return "has a client identifier of less than 2 bytes, or neither that nor an "
                       "Ethernet address";
        case -EADDRNOTAVAIL:
                return "is given out by no pool";
        case -EADDRINUSE:
                return "is leased to or reserved for another client, in quarantine, or the "
                       "server's own";
        default:
                return NULL;
        }
}

/* Return: 1 when it is taken, 0 when it is among the problems, -ENOMEM. */
static int take_lease(
        OfflineFile *file, const ImportedLease *lease, const char *path, Problems *problems) {
        const LeaseRecord record = {
                .address = lease->address,
                .client_id = lease->client_id,
                .client_id_size = (uint8_t) lease->client_id_size,
                .hardware = lease->hardware,
                .hardware_size = (uint8_t) lease->hardware_size,
                .hostname = lease->hostname,
                .hostname_size = (uint8_t) strlen(lease->hostname),
        };
        char address[IPV4_STRING_MAX];
        const char *reason;
        int r;

        r = offline_file_add(file, &record, lease->expires);
        reason = reason_of(r);
        if (!reason)
                return r < 0 ? r : 1;
        return problems_add(problems, false, path, lease->line, "%s %s",
                ipv4_format(lease->address, address), reason);
}

static ExitStatus take_leases(OfflineFile *file, const ImportList *leases, const char *path,
        const char *lease_file, Problems *problems, size_t *ret_taken) {
        const char *operation;
        size_t n = 0;
        int r;

        for (size_t i = 0; i < leases->n_items; i++) {
                r = take_lease(file, &leases->items[i], path, problems);
                if (r < 0)
                        return report_errno(r, "No lease of %s is taken over", path);
                n += (size_t) r;
        }
        r = offline_file_write(file, &operation);
        if (r == -ESTALE)
                return report(STATUS_FAILURE,
                        "Somebody has saved %s meanwhile, and no lease of %s is taken over; try "
                        "again",
                        lease_file, path);
        if (r < 0)
                return report_errno(r, "No lease of %s is taken over, %s of %s failed", path,
                        operation, lease_file);
        *ret_taken = n;
        return STATUS_OK;
}

ExitStatus import_offline(const ImportList *leases, const char *path, const Options *options,
        Problems *problems, size_t *ret_taken) {
        _cleanup_(offline_file_freep) OfflineFile *file = NULL;
        _cleanup_(settings_freep) Settings *settings = NULL;
        _cleanup_free_ char *lease_file = NULL;
        ExitStatus status;
        int r;

        if (options->transport != TRANSPORT_SYSTEM)
                return report(STATUS_USAGE, "--offline writes a file of this machine; without it "
                                            "another machine's server takes the leases over");
        status = read_settings(&settings);
        if (status != STATUS_OK)
                return status;
        lease_file = strdup(offline_path(settings));
        if (!lease_file)
                return report_no_memory();
        status = become_owner(lease_file);
        if (status != STATUS_OK)
                return status;
        r = new_file(&file);
        if (r >= 0)
                r = offline_file_configure_take(file, settings);
        if (r < 0)
                return report_errno(r, "Cannot take leases over");
        (void) TAKE_PTR(settings);
        status = open_file(file, lease_file, problems);
        if (status != STATUS_OK)
                return status;
        return take_leases(file, leases, path, lease_file, problems, ret_taken);
}

/* SPDX-License-Identifier: MIT */
/* The client on a real link, without a server: errors, ends, and callbacks that drop their own
 * client. */

#include <errno.h>
#include <net/if.h>

#include <systemd/sd-event.h>

#include "basic/time.h"
#include "client/minidhcp-client.h"
#include "test-network.h"
#include "test.h"

static mdc_config *new_config(const char *interface) {
        mdc_config *config;

        ck_assert_int_eq(mdc_config_new(&config), 0);
        ck_assert_int_eq(mdc_config_set_interface(config, interface), 0);
        return config;
}

/* Drops the client at the nth event. */
typedef struct Dropper {
        mdc_io *io;
        unsigned n_left;
        unsigned n_after; /* events that came all the same */
} Dropper;

static void drop(mdc_io *io, const mdc_event *event, void *userdata) {
        Dropper *dropper = userdata;

        (void) event;
        if (!dropper->io) {
                dropper->n_after++;
        } else if (--dropper->n_left == 0) {
                ck_assert_ptr_eq(dropper->io, io);
                dropper->io = mdc_io_unref(dropper->io);
        }
}

/* State init, state selecting, DISCOVER sent: the client is gone after each of them once. */
START_TEST(test_drop_in_callback)
{
        (void) network_setup();
        for (unsigned n = 1; n <= 3; n++) {
                mdc_config *config = new_config("srv0");
                Dropper dropper = {.n_left = n};
                sd_event *event;

                ck_assert_int_ge(sd_event_new(&event), 0);
                ck_assert_int_eq(mdc_io_new(&dropper.io, event, config), 0);
                mdc_io_set_callback(dropper.io, drop, &dropper);
                ck_assert_int_eq(mdc_io_start(dropper.io), 0);
                ck_assert_ptr_null(dropper.io);
                ck_assert_uint_eq(dropper.n_after, 0);
                ck_assert_int_ge(sd_event_run(event, 10000), 0);
                (void) sd_event_unref(event);
                (void) mdc_config_unref(config);
        }
}
END_TEST

/* Two clients on one link and loop: each hears of its own doings alone. */
START_TEST(test_two_clients)
{
        Dropper droppers[2] = {{.n_left = 1000}, {.n_left = 1000}};
        static const uint8_t other[6] = {2, 0, 0, 0, 0, 9};
        mdc_config *config;
        sd_event *event;

        (void) network_setup();
        config = new_config("srv0");
        ck_assert_int_ge(sd_event_new(&event), 0);
        ck_assert_int_eq(mdc_io_new(&droppers[0].io, event, config), 0);
        ck_assert_int_eq(mdc_config_set_hardware(config, 1, other, sizeof(other)), 0);
        ck_assert_int_eq(mdc_io_new(&droppers[1].io, event, config), 0);
        for (unsigned i = 0; i < 2; i++)
                mdc_io_set_callback(droppers[i].io, drop, &droppers[i]);
        ck_assert_int_eq(mdc_io_start(droppers[0].io), 0);
        ck_assert_uint_eq(droppers[0].n_left, 997);
        ck_assert_uint_eq(droppers[1].n_left, 1000);
        ck_assert_int_eq(mdc_io_start(droppers[0].io), -EBUSY);
        ck_assert_int_eq(mdc_io_start(droppers[1].io), 0);
        ck_assert_uint_eq(droppers[1].n_left, 997);
        ck_assert_int_eq(mdc_io_renew(droppers[0].io), -ENODATA);
        (void) mdc_io_unref(droppers[0].io);
        ck_assert_int_eq(mdc_io_stop(droppers[1].io), 0);
        (void) mdc_io_unref(droppers[1].io);
        (void) sd_event_unref(event);
        (void) mdc_config_unref(config);
}
END_TEST

START_TEST(test_blocking)
{
        mdc_lease *lease = NULL;
        mdc_config *config;
        int ends[2];

        (void) network_setup();
        config = new_config("srv0");
        ck_assert_int_eq(mdc_get_dhcp_config(config, 10 * USEC_PER_MSEC, -1, &lease), -ETIMEDOUT);
        ck_assert_int_eq(pipe(ends), 0);
        ck_assert_int_eq(write(ends[1], "x", 1), 1);
        ck_assert_int_eq(mdc_get_dhcp_config(config, MDC_INFINITY, ends[0], &lease), -ECANCELED);
        ck_assert_ptr_null(lease);

        network_ip("link set srv0 down\n");
        ck_assert_int_eq(mdc_get_dhcp_config(config, MDC_INFINITY, -1, &lease), -ENETDOWN);
        ck_assert_int_eq(mdc_config_set_interface(config, "nowhere"), -ENODEV);
        ck_assert_int_eq(mdc_config_set_ifindex(config, 4711), 0);
        ck_assert_int_eq(mdc_get_dhcp_config(config, MDC_INFINITY, -1, &lease), -ENODEV);
        (void) close(ends[0]);
        (void) close(ends[1]);
        (void) mdc_config_unref(config);

        ck_assert_int_eq(mdc_config_new(&config), 0);
        ck_assert_int_eq(mdc_get_dhcp_config(config, MDC_INFINITY, -1, &lease), -EINVAL);
        (void) mdc_config_unref(config);
}
END_TEST

NETWORK_TEST_MAIN("client-io", test_drop_in_callback, test_two_clients, test_blocking);

/* SPDX-License-Identifier: MIT */

/* Sums over what was counted. */

#include "statistics.h"
#include "clock.h"

const char *fault_to_string(Fault fault) {
        static const char *const names[FAULT_MAX] = {
                [FAULT_MALFORMED] = "malformed",
                [FAULT_WRONG_TYPE] = "wrong-type",
                [FAULT_WRONG_CLIENT] = "wrong-client",
                [FAULT_WRONG_RELAY] = "wrong-relay",
                [FAULT_WRONG_SERVER] = "wrong-server",
                [FAULT_WRONG_ADDRESS] = "wrong-address",
                [FAULT_OUTSIDE] = "outside",
                [FAULT_SHARED_ADDRESS] = "shared-address",
                [FAULT_FORGOTTEN] = "forgotten",
                [FAULT_UNSOLICITED] = "unsolicited",
                [FAULT_NAK] = "nak",
                [FAULT_LOST] = "lost",
        };

        return fault < FAULT_MAX ? names[fault] : "?";
}

double statistics_rate(const Statistics *statistics) {
        if (statistics->elapsed_nsec == 0)
                return 0;
        return (double) statistics->n_exchanges_in_time * (double) NSEC_PER_SEC /
               (double) statistics->elapsed_nsec;
}

uint64_t statistics_n_faults(const Statistics *statistics, bool expect_restarts) {
        uint64_t n = 0;

        for (Fault fault = 0; fault < FAULT_MAX; fault++)
                if (!expect_restarts || (fault != FAULT_NAK && fault != FAULT_LOST))
                        n += statistics->n_faults[fault];
        return n;
}

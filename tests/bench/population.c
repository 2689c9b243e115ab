/* SPDX-License-Identifier: MIT */

/* Clients and holdings in two arrays. Knows no packet and no clock.
 *
 * Invariant: a client's address is held by that client or by nobody but a client whose grant was
 * refused as a fault; an address has at most one owner. */

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "population.h"

enum {
        NETWORK_LENGTH_MIN = 8,
};

/* Zeros that cost nothing before they are touched. */
static void *map_zeros(size_t size) {
        void *memory;

        memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        return memory == MAP_FAILED ? NULL : memory;
}

int population_init(
        Population *population, uint32_t first, uint32_t n_clients, Ipv4Prefix network) {
        size_t n_holdings;
        Client *clients;
        Holding *holdings;

        if (network.length < NETWORK_LENGTH_MIN)
                return -EINVAL;
        n_holdings = (size_t) 1 << (32 - network.length);
        clients = map_zeros(n_clients * sizeof(*clients));
        if (!clients)
                return -ENOMEM;
        holdings = map_zeros(n_holdings * sizeof(*holdings));
        if (!holdings) {
                (void) munmap(clients, n_clients * sizeof(*clients));
                return -ENOMEM;
        }
        *population = (Population){
                .first = first,
                .n_clients = n_clients,
                .network = {ipv4_prefix_network(network), network.length},
                .clients = clients,
                .holdings = holdings,
                .n_holdings = n_holdings,
        };
        return 0;
}

void population_done(Population *population) {
        if (population->clients)
                (void) munmap(
                        population->clients, population->n_clients * sizeof(*population->clients));
        if (population->holdings)
                (void) munmap(population->holdings,
                        population->n_holdings * sizeof(*population->holdings));
        *population = (Population){.first = 0};
}

static Client *client_of(const Population *population, uint32_t client) {
        return &population->clients[client - population->first];
}

static Holding *holding_of(const Population *population, ipv4_t address) {
        return &population->holdings[address - population->network.address];
}

int population_assume(Population *population, ipv4_t first_address) {
        ipv4_t last_address = first_address + population->n_clients - 1;

        if (!ipv4_prefix_contains(population->network, first_address) ||
                !ipv4_prefix_contains(population->network, last_address) ||
                last_address < first_address)
                return -ERANGE;
        for (uint32_t i = 0; i < population->n_clients; i++) {
                population->clients[i].address = first_address + i;
                *holding_of(population, first_address + i) = (Holding){
                        .owner = population->first + i + 1,
                        .ends_at = UINT32_MAX,
                };
        }
        return 0;
}

bool population_take(Population *population, uint32_t *ret_client) {
        for (uint32_t i = 0; i < population->n_clients; i++) {
                Client *client = &population->clients[population->next];
                uint32_t number = population->first + population->next;

                population->next = (population->next + 1) % population->n_clients;
                if (client->busy)
                        continue;
                client->busy = true;
                *ret_client = number;
                return true;
        }
        return false;
}

void population_put(Population *population, uint32_t client) {
        client_of(population, client)->busy = false;
}

ipv4_t population_address(const Population *population, uint32_t client) {
        return client_of(population, client)->address;
}

ipv4_t population_lease(const Population *population, uint32_t client, uint32_t now_sec) {
        ipv4_t address = population_address(population, client);
        const Holding *holding;

        if (address == 0)
                return 0;
        holding = holding_of(population, address);
        return holding->owner == client + 1 && holding->ends_at > now_sec ? address : 0;
}

void population_forget(Population *population, uint32_t client) {
        Client *entry = client_of(population, client);

        if (entry->address != 0 && holding_of(population, entry->address)->owner == client + 1)
                *holding_of(population, entry->address) = (Holding){.owner = 0};
        entry->address = 0;
}

int population_grant(Population *population, uint32_t client, ipv4_t address, uint32_t now_sec,
        uint32_t lifetime_sec) {
        Holding *holding;

        if (!ipv4_prefix_contains(population->network, address))
                return -ERANGE;
        holding = holding_of(population, address);
        if (holding->owner != 0 && holding->owner != client + 1 && holding->ends_at > now_sec)
                return -EADDRINUSE;

        if (population_address(population, client) != address) {
                population->n_moved += population_address(population, client) != 0;
                population_forget(population, client);
        }
        client_of(population, client)->address = address;
        *holding = (Holding){
                .owner = client + 1,
                .ends_at =
                        now_sec > UINT32_MAX - lifetime_sec ? UINT32_MAX : now_sec + lifetime_sec,
        };
        return 0;
}

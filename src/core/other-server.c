/* SPDX-License-Identifier: MIT */

/* Other DHCP servers where we serve, as far as messages to us give them away. We hear no OFFER of
 * theirs, those go to the clients; but who chooses among several offers broadcasts its choice (RFC
 * 2131 3.1 step 3), and some relays forward answers to every server.
 *
 * Only says what was seen. Whether it is worth a line, or the hundredth of its kind, or forged, is
 * for others to judge: nothing here is remembered, and nothing follows from it. */

#include "core/other-server.h"

#include "core/actions.h"
#include "core/client-leases.h"
#include "core/link-state.h"
#include "core/other-range.h"
#include "core/pool.h"
#include "core/request-state.h"
#include "core/sender.h"
#include "core/server-address.h"
#include "core/server-state.h"
#include "wire/protocol.h"

/* Where the two of us meet: the pool of the address that the client gets there, else one that does
 * not like company. */
static const Pool *request_choose_met_pool(const Request *request, ipv4_t address) {
        const Pool *pool = request_find_pool_by_subnet(request, address);

        for (size_t i = 0; !pool && i < request->n_pools; i++)
                if (request->pools[i]->settings->authoritative)
                        pool = request->pools[i];
        return pool ? pool : request->pools[0];
}

void request_note_other_server(Request *request, ipv4_t address) {
        Actions *actions = request->actions;
        ipv4_t server_id;

        /* What no server can have says nothing of one. */
        if (message_get_ipv4(request->message, DHCP_OPTION_SERVER_ID, &server_id) < 0 ||
                !ipv4_is_unicast(server_id))
                return;
        /* That one is known to the administrator. */
        if (request_is_others(request, address))
                return;
        actions->other_server = server_id;
        actions->other_server_pool = request_choose_met_pool(request, address);
}

void request_note_answer(Request *request) {
        const MessageView *message = request->message;
        const Server *server = request->server;

        if (message->type != DHCP_OFFER && message->type != DHCP_ACK && message->type != DHCP_NAK)
                return;
        request->link = links_find(server->links, server->n_links, request->metadata->ifindex);
        if (!request->link || !server->plan)
                return;
        /* Ours come back where a relay on this machine gets them. */
        if (request_find_networks(request) < 0)
                return;
        request->n_scope = request->n_pools;
        if (request->n_pools > 0 && request_names_us(request) == 0)
                request_note_other_server(request, message->yiaddr);
}

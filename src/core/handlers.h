/* SPDX-License-Identifier: MIT */
#pragma once

/* One function for each type of message, in the file of its name. Each sets actions->verdict.
 * Return: 0, -ENOMEM, -ENOBUFS; something may have been changed then. */

typedef struct Request Request;

int request_handle_discover(Request *request);
int request_handle_request(Request *request);
int request_handle_decline(Request *request);
int request_handle_release(Request *request);
int request_handle_inform(Request *request);
int request_handle_bootp(Request *request);

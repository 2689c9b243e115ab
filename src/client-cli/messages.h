/* SPDX-License-Identifier: MIT */
#pragma once

/* MESSAGE_ID of what happens to a client's lease. Each has its explanation in
 * src/catalog/mini-dhcp.catalog; a test compares the two. */

#define CLIENT_MESSAGE_ACQUIRED "a82099e3d87d4dc4a6e714b45d78f351"
#define CLIENT_MESSAGE_RENEWED "321f360e3ce847f0a30cf4a4cd3f1284"
#define CLIENT_MESSAGE_REFUSED "ccacfe4636884a20a21c5740f42870dd"
#define CLIENT_MESSAGE_CONFLICT "20265651411b491c9edfdfd1f4688d2f"
#define CLIENT_MESSAGE_EXPIRED "cac1ce775cc8450a85bf5d450055d90b"
#define CLIENT_MESSAGE_RELEASED "3050792c9da2435a92d25047c214a686"
#define CLIENT_MESSAGE_UNUSABLE "5ea210ed337a499dacb2ee4417e388e9"
#define CLIENT_MESSAGE_NOT_SENT "ca07b30c22be4161a9985f668290b9e8"
#define CLIENT_MESSAGE_IPV6_ONLY "ccf4117e36984031a322885e165f263c"

/* SPDX-License-Identifier: MIT */
/* ISC dhcpd's dhcpd.leases(5): statements of words and strings, ended by semicolons, in blocks.
 *
 *   lease 192.168.1.101 {
 *     ends 6 2026/11/21 22:55:00;
 *     binding state active;
 *     hardware ethernet 02:00:00:00:00:07;
 *     uid "\001\002\000\000\000\000\007";
 *     client-hostname "laptop";
 *   }
 *
 * The file is appended to, the last block of an address counts. Everything else than leases is
 * passed over, whatever it contains. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "basic/buffer.h"
#include "basic/bytes.h"
#include "basic/text.h"
#include "ctl/import-list.h"

enum {
        TOKEN_SIZE = 1024, /* what is longer is cut */
        STATEMENT_TOKENS = 8,
        CHUNK_SIZE = 65536,
};

typedef enum TokenType {
        TOKEN_END,
        TOKEN_WORD,
        TOKEN_STRING,
        TOKEN_SEMICOLON,
        TOKEN_OPEN,
        TOKEN_CLOSE,
} TokenType;

typedef struct Token {
        TokenType type;
        size_t size;
        char text[TOKEN_SIZE]; /* terminated; strings may contain NULs */
} Token;

/* Words and strings up to a semicolon or a brace. */
typedef struct Statement {
        Token tokens[STATEMENT_TOKENS]; /* the first ones */
        size_t n_tokens;
        TokenType end;
        unsigned line; /* of the first token */
} Statement;

typedef struct Scanner {
        const char *text;
        const char *end;
        unsigned line;
} Scanner;

static void skip_blanks(Scanner *scanner) {
        while (scanner->text < scanner->end) {
                if (*scanner->text == '#')
                        while (scanner->text < scanner->end && *scanner->text != '\n')
                                scanner->text++;
                else if (strchr(" \t\r\n", *scanner->text)) {
                        scanner->line += *scanner->text == '\n';
                        scanner->text++;
                } else
                        return;
        }
}

static void token_add(Token *token, char c) {
        if (token->size + 1 < TOKEN_SIZE)
                token->text[token->size++] = c;
        token->text[token->size] = '\0';
}

/* A backslash is followed by three octal digits or by the character itself. */
static char scan_escape(Scanner *scanner) {
        unsigned value = 0, n = 0;

        while (n < 3 && scanner->text < scanner->end && *scanner->text >= '0' &&
                *scanner->text <= '7') {
                value = value * 8 + (unsigned) (*scanner->text++ - '0');
                n++;
        }
        if (n > 0)
                return (char) (value & 0xff);
        return scanner->text < scanner->end ? *scanner->text++ : '\\';
}

static void scan_string(Scanner *scanner, Token *token) {
        token->type = TOKEN_STRING;
        for (scanner->text++; scanner->text < scanner->end && *scanner->text != '"';) {
                char c = *scanner->text++;

                scanner->line += c == '\n';
                token_add(token, c == '\\' ? scan_escape(scanner) : c);
        }
        if (scanner->text < scanner->end)
                scanner->text++;
}

static void scan_word(Scanner *scanner, Token *token) {
        token->type = TOKEN_WORD;
        while (scanner->text < scanner->end && *scanner->text != '\0' &&
                !strchr(" \t\r\n;{}\"#", *scanner->text))
                token_add(token, *scanner->text++);
        if (token->size == 0) /* a NUL */
                scanner->text++;
}

static void scan_token(Scanner *scanner, Token *ret) {
        ret->size = 0;
        ret->text[0] = '\0';
        ret->type = TOKEN_END;
        skip_blanks(scanner);
        if (scanner->text == scanner->end)
                return;
        switch (*scanner->text) {
        case ';':
                ret->type = TOKEN_SEMICOLON;
                break;
        case '{':
                ret->type = TOKEN_OPEN;
                break;
        case '}':
                ret->type = TOKEN_CLOSE;
                break;
        case '"':
                scan_string(scanner, ret);
                return;
        default:
                scan_word(scanner, ret);
                return;
        }
        scanner->text++;
}

static void scan_statement(Scanner *scanner, Statement *ret) {
        Token beyond, *token;

        ret->n_tokens = 0;
        skip_blanks(scanner);
        ret->line = scanner->line;
        do {
                token = ret->n_tokens < STATEMENT_TOKENS ? &ret->tokens[ret->n_tokens] : &beyond;
                scan_token(scanner, token);
                ret->end = token->type;
                if (token->type == TOKEN_WORD || token->type == TOKEN_STRING)
                        ret->n_tokens += token != &beyond;
        } while (ret->end == TOKEN_WORD || ret->end == TOKEN_STRING);
}

/* Passes over the rest of a block, and the blocks in it. */
static void skip_block(Scanner *scanner) {
        size_t depth = 1;
        Token token;

        do {
                scan_token(scanner, &token);
                depth += token.type == TOKEN_OPEN;
                depth -= token.type == TOKEN_CLOSE;
        } while (depth > 0 && token.type != TOKEN_END);
}

static bool starts_with(const Statement *statement, const char *first, size_t n_tokens) {
        return statement->n_tokens >= n_tokens && strcmp(statement->tokens[0].text, first) == 0;
}

/* "never", "epoch SECONDS", "WEEKDAY YYYY/MM/DD HH:MM:SS" in UTC */
static const char *take_ends(const Statement *statement, usec_t *ret) {
        static const char wrong[] = "the time after 'ends' is none";
        const Token *tokens = statement->tokens;
        char text[64];
        uint64_t seconds;
        struct tm tm = {0};
        const char *rest;
        time_t moment;

        if (strcmp(tokens[1].text, "never") == 0) {
                *ret = USEC_INFINITY;
                return NULL;
        }
        if (statement->n_tokens < 3)
                return wrong;
        if (strcmp(tokens[1].text, "epoch") == 0) {
                if (parse_u64(tokens[2].text, UINT64_MAX / USEC_PER_SEC - 1, &seconds) < 0)
                        return wrong;
                *ret = seconds * USEC_PER_SEC;
                return NULL;
        }
        if (statement->n_tokens < 4)
                return wrong;
        (void) snprintf(text, sizeof(text), "%.20s %.20s", tokens[2].text, tokens[3].text);
        rest = strptime(text, "%Y/%m/%d %H:%M:%S", &tm);
        moment = rest && !*rest ? timegm(&tm) : -1;
        if (moment < 0)
                return wrong;
        *ret = (usec_t) moment * USEC_PER_SEC;
        return NULL;
}

static const char *take_uid(const Token *token, ImportedLease *lease) {
        if (token->type == TOKEN_STRING) {
                lease->client_id_size = MIN(token->size, sizeof(lease->client_id));
                memcpy(lease->client_id, token->text, lease->client_id_size);
                return NULL;
        }
        if (bytes_parse(token->text, lease->client_id, sizeof(lease->client_id),
                    &lease->client_id_size) < 0)
                return "'uid' is not followed by a client identifier";
        return NULL;
}

/* Return: what is wrong, NULL when all is well. */
static const char *take_statement(
        const Statement *statement, ImportedLease *lease, usec_t *ends, bool *active) {
        const Token *tokens = statement->tokens;

        if (starts_with(statement, "ends", 2))
                return take_ends(statement, ends);
        if (starts_with(statement, "binding", 3))
                *active = strcmp(tokens[2].text, "active") == 0;
        else if (starts_with(statement, "uid", 2))
                return take_uid(&tokens[1], lease);
        else if (starts_with(statement, "client-hostname", 2))
                (void) text_sanitize((const uint8_t *) tokens[1].text, tokens[1].size,
                        lease->hostname, sizeof(lease->hostname));
        else if (starts_with(statement, "hardware", 3) && strcmp(tokens[1].text, "ethernet") == 0 &&
                 bytes_parse(tokens[2].text, lease->hardware, sizeof(lease->hardware),
                         &lease->hardware_size) < 0)
                return "'hardware ethernet' is not followed by a hardware address";
        return NULL;
}

/* The block of a lease up to its end. Return: 0, -ENOMEM. */
static int take_lease(Scanner *scanner, ImportList *list, const Statement *head, const char *path,
        Problems *problems) {
        ImportedLease lease = {.line = head->line};
        _cleanup_free_ Statement *statement = NULL;
        const char *reason = NULL;
        bool active = false;
        usec_t ends = 0;

        statement = malloc(sizeof(*statement));
        if (!statement)
                return -ENOMEM;
        if (ipv4_parse(head->tokens[1].text, &lease.address) < 0)
                reason = "'lease' is not followed by an IPv4 address";
        do {
                const char *wrong;

                scan_statement(scanner, statement);
                wrong = take_statement(statement, &lease, &ends, &active);
                reason = reason ? reason : wrong;
                if (statement->end == TOKEN_OPEN)
                        skip_block(scanner);
        } while (statement->end != TOKEN_CLOSE && statement->end != TOKEN_END);

        if (statement->end == TOKEN_END)
                reason = "the lease has no end, as a crash leaves it";
        if (reason)
                return problems_add(problems, false, path, head->line, "%s", reason);
        lease.expires = active ? ends : 0;
        return import_list_add(list, &lease);
}

static int read_text(int fd, Buffer *ret) {
        for (;;) {
                ssize_t n;
                int r;

                r = buffer_reserve(ret, CHUNK_SIZE);
                if (r < 0)
                        return r;
                n = read(fd, ret->data + ret->size, CHUNK_SIZE);
                if (n < 0)
                        return -errno;
                if (n == 0)
                        return 0;
                ret->size += (size_t) n;
        }
}

static int take_text(const Buffer *text, ImportList *list, const char *path, Problems *problems) {
        Scanner scanner = {
                .text = (const char *) text->data,
                .end = (const char *) text->data + text->size,
                .line = 1,
        };
        _cleanup_free_ Statement *statement = NULL;
        int r = 0;

        statement = malloc(sizeof(*statement));
        if (!statement)
                return -ENOMEM;
        do {
                scan_statement(&scanner, statement);
                if (statement->end != TOKEN_OPEN)
                        continue;
                if (starts_with(statement, "lease", 2))
                        r = take_lease(&scanner, list, statement, path, problems);
                else
                        skip_block(&scanner);
        } while (r >= 0 && statement->end != TOKEN_END);
        return r;
}

int import_read_dhcpd(ImportList *list, int fd, const char *path, Problems *problems) {
        Buffer text = BUFFER_INIT;
        int r;

        r = read_text(fd, &text);
        if (r >= 0)
                r = take_text(&text, list, path, problems);
        buffer_done(&text);
        return r;
}
